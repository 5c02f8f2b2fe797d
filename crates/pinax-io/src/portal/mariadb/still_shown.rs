//! Which addresses any row of the portal shows. No index begins with the columns of addresses: every row is read, once for
//! some thousand addresses.

use async_trait::async_trait;
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use super::fault::Fault;
use super::link::{Session, Work};
use super::rows::{list, text};

pub(super) struct StillShown<'a> {
    pub(super) addresses: &'a [String],
}

#[async_trait]
impl Work for StillShown<'_> {
    type Answer = Vec<String>;

    async fn on(&self, session: &mut Session) -> Result<Vec<String>, Fault> {
        let written: Vec<String> = self.addresses.iter().flat_map(|address| spellings(address)).collect();
        if written.is_empty() {
            return Ok(Vec::new());
        }
        let texts: Vec<&str> = written.iter().map(String::as_str).collect();
        let (marks, bound) = list(&texts);
        let mut shown = Vec::new();
        for column in ["originalUrl", "url", "thumbnailUrl", "archiveUrl"] {
            let query =
                format!("SELECT DISTINCT {column} FROM {} WHERE {column} IN ({marks})", session.schema.names.media);
            let rows: Vec<Row> = session.conn.exec(query, bound.clone()).await?;
            shown.extend(rows.into_iter().filter_map(|mut row| text(&mut row, 0)));
        }
        Ok(shown)
    }
}

/// The ways a portal may write the same address: either scheme, or without host.
fn spellings(address: &str) -> Vec<String> {
    let Some((_, rest)) = address.split_once("://") else { return vec![address.to_owned()] };
    let mut written = vec![format!("https://{rest}"), format!("http://{rest}")];
    written.extend(rest.find('/').map(|slash| rest[slash..].to_owned()));
    written
}

#[cfg(test)]
mod tests {
    use super::spellings;

    #[test]
    fn an_address_is_looked_for_in_every_spelling() {
        assert_eq!(spellings("https://h/a/b.jpg"), ["https://h/a/b.jpg", "http://h/a/b.jpg", "/a/b.jpg"]);
    }
}
