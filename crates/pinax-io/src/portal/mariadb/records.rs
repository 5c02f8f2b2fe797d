//! Records: made, filled, taken away. As many as possible in one transaction, and one at a time when the server refuses
//! one of them.
//!
//! Every transaction locks the records it writes to and looks before it writes, and reads what it wrote before it
//! commits: a portal whose server cuts values instead of refusing them is found out, and nothing is kept that was cut.

mod columns;
mod create;
mod exsiccati;
mod hanging;
mod identifiers;
mod present;
mod remove;
pub(super) mod rights;
mod set;

use std::mem::discriminant;

use async_trait::async_trait;
use mysql_async::prelude::Queryable;
use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::occurrence_record::{OccurrenceChange, OccurrenceRecord};
use pinax_core::{Error, ErrorKind, Result};

use self::columns::{Asked, Columns, ReadColumns};
use self::present::{By, Present};
use super::fault::Fault;
use super::link::{Link, Session, Work};

/// Records of one transaction.
const RECORDS_AT_ONCE: usize = 250;

/// Records read at once.
const READ_AT_ONCE: usize = 2000;

/// What `names` of these records hold.
pub(super) async fn fields(
    link: &Link,
    collid: u32,
    occids: &[Occid],
    names: &[&str],
) -> Result<Vec<OccurrenceRecord>> {
    let columns = link.run(&ReadColumns).await.map_err(Fault::into_error)?;
    let asked = columns.asked(names.iter().copied())?;
    let occids: Vec<u64> = occids.iter().map(|occid| occid.0).collect();
    let mut records = Vec::with_capacity(occids.len());
    for occids in occids.chunks(READ_AT_ONCE) {
        let there = link.run(&ReadFields { collid, occids, asked: &asked }).await.map_err(Fault::into_error)?;
        records.extend(there.iter().map(|present| present.shown(names.iter().copied(), &columns, &[])));
    }
    Ok(records)
}

struct ReadFields<'a> {
    collid: u32,
    occids: &'a [u64],
    asked: &'a Asked<'a>,
}

#[async_trait]
impl Work for ReadFields<'_> {
    type Answer = Vec<Present>;

    async fn on(&self, session: &mut Session) -> Result<Vec<Present>, Fault> {
        present::read(session, self.collid, By::Occid(self.occids), self.asked, false).await
    }
}

/// Applies `changes` and answers for each.
pub(super) async fn apply(
    link: &Link,
    collid: u32,
    changes: &[OccurrenceChange],
) -> Result<Vec<Result<OccurrenceRecord>>> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let columns = link.run(&ReadColumns).await.map_err(Fault::into_error)?;
    let mut answers: Vec<Option<Result<OccurrenceRecord>>> =
        changes.iter().map(|change| columns.fault(change).map(Err)).collect();
    let good: Vec<usize> = (0..changes.len()).filter(|place| answers[*place].is_none()).collect();
    // One after the other where they are of different kinds, so that their order holds.
    for places in good.chunk_by(|one, other| discriminant(&changes[*one]) == discriminant(&changes[*other])) {
        for places in places.chunks(RECORDS_AT_ONCE) {
            let group: Vec<&OccurrenceChange> = places.iter().map(|place| &changes[*place]).collect();
            for (place, answer) in places.iter().zip(apply_group(link, collid, &columns, &group).await?) {
                answers[*place] = Some(answer);
            }
        }
    }
    answers.into_iter().map(|answer| answer.ok_or_else(unanswered)).collect()
}

fn unanswered() -> Error {
    Error::new(ErrorKind::Internal, "a change of a record was not answered")
}

async fn apply_group(
    link: &Link,
    collid: u32,
    columns: &Columns,
    changes: &[&OccurrenceChange],
) -> Result<Vec<Result<OccurrenceRecord>>> {
    match link.run(&Write { collid, columns, changes }).await {
        Ok(answers) => return Ok(answers),
        Err(Fault::Refused(error)) if changes.len() == 1 => return Ok(vec![Err(error)]),
        Err(Fault::Refused(_)) => {}
        Err(fault) => return Err(rights::told(fault.into_error())),
    }
    let mut answers = Vec::with_capacity(changes.len());
    for change in changes {
        match link.run(&Write { collid, columns, changes: std::slice::from_ref(change) }).await {
            Ok(answer) => answers.extend(answer),
            Err(Fault::Refused(error)) => answers.push(Err(error)),
            Err(fault) => return Err(rights::told(fault.into_error())),
        }
    }
    Ok(answers)
}

/// One transaction; its changes are of one kind.
struct Write<'a> {
    collid: u32,
    columns: &'a Columns,
    changes: &'a [&'a OccurrenceChange],
}

#[async_trait]
impl Work for Write<'_> {
    type Answer = Vec<Result<OccurrenceRecord>>;

    async fn on(&self, session: &mut Session) -> Result<Self::Answer, Fault> {
        // A `recordID` that is not there can be held only at this level: nobody else may make it meanwhile.
        session.conn.query_drop("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
        session.conn.query_drop("START TRANSACTION").await?;
        let (mut creates, mut sets, mut removes) = (Vec::new(), Vec::new(), Vec::new());
        for change in self.changes {
            match change {
                OccurrenceChange::Create(record) => creates.push(&**record),
                OccurrenceChange::Set { before, after } => sets.push((&**before, &**after)),
                OccurrenceChange::Remove(before) => removes.push(&**before),
            }
        }
        let mut answers = Vec::with_capacity(self.changes.len());
        if !creates.is_empty() {
            answers.extend(create::create(session, self.collid, self.columns, &creates).await?);
        }
        if !sets.is_empty() {
            answers.extend(set::set(session, self.collid, self.columns, &sets).await?);
        }
        if !removes.is_empty() {
            answers.extend(remove::remove(session, self.collid, self.columns, &removes).await?);
        }
        session.conn.query_drop("COMMIT").await?;
        Ok(answers)
    }
}

/// The server took a value and keeps another one.
fn not_kept(name: &str, wanted: &str, kept: &str) -> Fault {
    let told = format!("the portal's column {name} would keep `{}` of `{}`", shortened(kept), shortened(wanted));
    Fault::Refused(Error::new(ErrorKind::Rejected, told).hint("nothing was written; change the value"))
}

/// A value for a message.
fn shortened(text: &str) -> String {
    const SHOWN_CHARS: usize = 60;
    let mut short: String = text.chars().take(SHOWN_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
