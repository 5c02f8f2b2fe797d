//! The exsiccati a record belongs to: its title is looked up, never made, its number is made when it is new, as Symbiota's
//! batch script does (`ImageLocalProcessor`).

use std::collections::HashMap;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use pinax_core::{Error, ErrorKind};

use super::shortened;
use crate::portal::mariadb::fault::Fault;
use crate::portal::mariadb::rows::{list, number, text};

/// The link of a record.
#[derive(Debug, Clone)]
pub(super) struct ExsiccatiLink {
    number_id: u64,
    pub(super) title: String,
    abbreviation: String,
    pub(super) number: String,
    /// Was the number made with the link? Then both bear the same time, and nobody added to them.
    made_number: bool,
    /// Did nobody write notes on the link?
    pub(super) is_bare: bool,
}

impl ExsiccatiLink {
    /// Is the title, or its abbreviation, this one?
    pub(super) fn is_of(&self, title: &str) -> bool {
        let same = |own: &str| !own.is_empty() && own.to_lowercase() == title.trim().to_lowercase();
        same(&self.title) || same(&self.abbreviation)
    }
}

/// The links of these records; a record has one at most.
pub(super) async fn read(conn: &mut Conn, occids: &[u64]) -> Result<HashMap<u64, ExsiccatiLink>, Fault> {
    let (marks, bound) = list(occids);
    let query = format!(
        "SELECT l.occid, n.omenid, t.title, t.abbreviation, n.exsnumber,
                l.initialTimestamp = n.initialTimestamp AND COALESCE(n.notes, '') = '', COALESCE(l.notes, '') = ''
         FROM omexsiccatiocclink l
         JOIN omexsiccatinumbers n ON n.omenid = l.omenid JOIN omexsiccatititles t ON t.ometid = n.ometid
         WHERE l.occid IN ({marks})"
    );
    let mut found = HashMap::new();
    for mut row in conn.exec::<Row, _, _>(query, bound).await? {
        let (Some(occid), Some(number_id)) = (number(&mut row, 0), number(&mut row, 1)) else { continue };
        let link = ExsiccatiLink {
            number_id,
            title: text(&mut row, 2).unwrap_or_default(),
            abbreviation: text(&mut row, 3).unwrap_or_default(),
            number: text(&mut row, 4).unwrap_or_default(),
            made_number: number::<u8>(&mut row, 5) == Some(1),
            is_bare: number::<u8>(&mut row, 6) == Some(1),
        };
        found.insert(occid, link);
    }
    Ok(found)
}

/// Links a record that has no link.
pub(super) async fn attach(conn: &mut Conn, occid: u64, title: &str, number: &str) -> Result<(), Fault> {
    let title_id = find_title(conn, title).await?;
    let mut made = false;
    let number_id = match find_number(conn, title_id, number).await? {
        Some(id) => id,
        None => {
            // Somebody else may make the same one in this moment.
            let query = "INSERT IGNORE INTO omexsiccatinumbers (ometid, exsnumber) VALUES (?, ?)";
            conn.exec_drop(query, (title_id, number)).await?;
            made = conn.affected_rows() == 1;
            find_number(conn, title_id, number).await?.ok_or_else(|| {
                Fault::Stop(Error::new(ErrorKind::Internal, "an exsiccati number just written cannot be read back"))
            })?
        }
    };
    let query = if made {
        "INSERT INTO omexsiccatiocclink (omenid, occid, initialTimestamp)
         SELECT omenid, ?, initialTimestamp FROM omexsiccatinumbers WHERE omenid = ?"
    } else {
        "INSERT INTO omexsiccatiocclink (occid, omenid) VALUES (?, ?)"
    };
    Ok(conn.exec_drop(query, (occid, number_id)).await?)
}

async fn find_title(conn: &mut Conn, title: &str) -> Result<u64, Fault> {
    for column in ["title", "abbreviation"] {
        let query = format!("SELECT ometid FROM omexsiccatititles WHERE {column} = ? LIMIT 2");
        let rows: Vec<Row> = conn.exec(query, (title.trim(),)).await?;
        let ids: Vec<u64> = rows.into_iter().filter_map(|mut row| number(&mut row, 0)).collect();
        let refused = |what: String, hint: &str| Fault::Refused(Error::new(ErrorKind::Rejected, what).hint(hint));
        match ids[..] {
            [] => {}
            [id] => return Ok(id),
            _ => {
                let told = format!("exsiccatiTitle: several exsiccati of the portal are called `{}`", shortened(title));
                return Err(refused(told, "write the full title of the right one"));
            }
        }
    }
    let told = format!("exsiccatiTitle: the portal has no exsiccati called `{}`", shortened(title));
    Err(Fault::Refused(
        Error::new(ErrorKind::Rejected, told).hint("write title or abbreviation as in the portal, or add it there"),
    ))
}

async fn find_number(conn: &mut Conn, title_id: u64, number_in_it: &str) -> Result<Option<u64>, Fault> {
    let query = "SELECT omenid FROM omexsiccatinumbers WHERE ometid = ? AND exsnumber = ? FOR UPDATE";
    let row: Option<Row> = conn.exec_first(query, (title_id, number_in_it)).await?;
    Ok(row.and_then(|mut row| number(&mut row, 0)))
}

/// Takes the link of a record away, and its number when it was made with it and serves nobody else.
pub(super) async fn detach(conn: &mut Conn, occid: u64, link: &ExsiccatiLink) -> Result<(), Fault> {
    if link.made_number {
        // Waits for whoever links to it just now.
        conn.exec_drop("SELECT omenid FROM omexsiccatinumbers WHERE omenid = ? FOR UPDATE", (link.number_id,)).await?;
    }
    let query = "DELETE FROM omexsiccatiocclink WHERE occid = ? AND omenid = ?";
    conn.exec_drop(query, (occid, link.number_id)).await?;
    if !link.made_number {
        return Ok(());
    }
    let query = "SELECT occid FROM omexsiccatiocclink WHERE omenid = ? LIMIT 1 FOR UPDATE";
    let other: Option<Row> = conn.exec_first(query, (link.number_id,)).await?;
    if other.is_none() {
        conn.exec_drop("DELETE FROM omexsiccatinumbers WHERE omenid = ?", (link.number_id,)).await?;
    }
    Ok(())
}
