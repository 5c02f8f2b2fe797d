//! Picture rows by how their addresses begin. No index begins with the columns of addresses: rows are read in the order of
//! their keys until a page is full, and the next page goes on behind it.

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use mysql_async::{Row, Value};
use pinax_core::nouns::media::{MediaRow, Variant};
use pinax_core::nouns::uri::AccessUri;

use super::fault::Fault;
use super::link::{Session, Work};
use super::media::{pictures_only, read_by};
use super::rows::number;

/// A page of rows whose addresses begin so.
pub(super) struct ByAddress<'a> {
    pub(super) collid: u32,
    pub(super) prefix: &'a str,
    pub(super) after: u64,
    pub(super) limit: usize,
}

#[async_trait]
impl Work for ByAddress<'_> {
    type Answer = Vec<MediaRow>;

    async fn on(&self, session: &mut Session) -> Result<Vec<MediaRow>, Fault> {
        let Session { conn, schema } = session;
        let (media, key) = (schema.names.media, schema.names.media_id);
        let patterns = patterns(self.prefix);
        let mut bound: Vec<Value> = vec![self.after.into(), self.collid.into()];
        let mut tests = Vec::new();
        for column in Variant::ALL.map(Variant::column) {
            if !schema.has(media, column) {
                continue;
            }
            for pattern in &patterns {
                tests.push(format!("m.{column} LIKE ? ESCAPE '|'"));
                bound.push(pattern.as_str().into());
            }
        }
        let query = format!(
            "SELECT m.{key} FROM {media} m FORCE INDEX (PRIMARY) STRAIGHT_JOIN omoccurrences o ON o.occid = m.occid
             WHERE m.{key} > ? AND o.collid = ? {} AND ({}) ORDER BY m.{key} LIMIT {}",
            pictures_only(schema),
            tests.join(" OR "),
            self.limit
        );
        let found: Vec<Row> = conn.exec(query, bound).await?;
        let ids: Vec<u64> = found.into_iter().filter_map(|mut row| number(&mut row, 0)).collect();
        let mut rows = read_by(conn, schema, key, &ids, false).await?;
        rows.sort_by_key(|row| row.media_id);
        Ok(rows)
    }
}

/// What an address looks like that begins with `prefix`, by either scheme.
fn patterns(prefix: &str) -> Vec<String> {
    let mut plain = String::new();
    for c in AccessUri::without_scheme(prefix).chars() {
        if matches!(c, '%' | '_' | '|') {
            plain.push('|');
        }
        plain.push(c);
    }
    if plain.starts_with('/') {
        return vec![format!("{plain}%")];
    }
    ["https", "http"].map(|scheme| format!("{scheme}://{plain}%")).to_vec()
}

#[cfg(test)]
mod tests {
    use super::patterns;

    #[test]
    fn what_has_a_meaning_in_a_pattern_is_taken_as_it_stands() {
        assert_eq!(patterns("http://h/a_1%20|"), ["https://h/a|_1|%20||%", "http://h/a|_1|%20||%"]);
        assert_eq!(patterns("/imglib/"), ["/imglib/%"]);
    }
}
