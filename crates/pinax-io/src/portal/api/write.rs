//! Writing picture rows. The API knows no transactions: each row is looked at, then written, and somebody else may write
//! in between. An answer that was lost is looked for before the write is repeated.

use std::collections::HashMap;

use futures::StreamExt;
use pinax_core::nouns::media::{MediaRecord, MediaRow};
use pinax_core::nouns::occurrence::Occid;
use pinax_core::nouns::uri::AccessUri;
use pinax_core::steps::link::MediaChange;
use pinax_core::{Error, ErrorKind, Result};
use reqwest::Method;
use serde_json::{Map, Value};

use super::client::Client;
use super::columns::{change, differing, edited, new_row, written};
use super::fault::Fault;
use super::media::{Seen, media_row, see};
use super::notes::Notes;

/// Applies `changes` and answers for each, in order. Changes to one record follow each other.
pub(super) async fn apply(
    client: &Client,
    notes: &Notes,
    collid: u32,
    changes: &[MediaChange],
) -> Result<Vec<Result<MediaRow>>> {
    let mut by_record: Vec<(u64, Vec<usize>)> = Vec::new();
    let mut places = HashMap::new();
    for (at, change) in changes.iter().enumerate() {
        let occid = change.row().occid;
        let place = *places.entry(occid).or_insert_with(|| {
            by_record.push((occid, Vec::new()));
            by_record.len() - 1
        });
        by_record[place].1.push(at);
    }
    let mut answers: Vec<Option<Result<MediaRow>>> = changes.iter().map(|_| None).collect();
    let records: Vec<_> = by_record
        .into_iter()
        .map(|(occid, places)| of_record(client, notes, collid, Occid(occid), changes, places))
        .collect();
    let mut records = futures::stream::iter(records).buffered(client.manners.at_once.max(1));
    while let Some(answered) = records.next().await {
        for (at, answer) in answered? {
            answers[at] = Some(answer);
        }
    }
    Ok(answers.into_iter().map(|answer| answer.expect("every change belongs to a record")).collect())
}

/// The changes at `places`, all to one record. The outer error stops everything.
async fn of_record(
    client: &Client,
    notes: &Notes,
    collid: u32,
    occid: Occid,
    changes: &[MediaChange],
    places: Vec<usize>,
) -> Result<Vec<(usize, Result<MediaRow>)>> {
    let mut seen = see(client, occid).await?;
    let mut answers = Vec::with_capacity(places.len());
    for at in places {
        let answer = one(client, notes, collid, occid, &changes[at], &mut seen).await?;
        answers.push((at, answer));
    }
    Ok(answers)
}

/// What is to be done about a change, with the record as it was seen.
enum Step {
    Done(Box<MediaRow>),
    Refused(Error),
    Write(Method, String, Map<String, Value>),
}

async fn one(
    client: &Client,
    notes: &Notes,
    collid: u32,
    occid: Occid,
    change: &MediaChange,
    seen: &mut Option<Seen>,
) -> Result<Result<MediaRow>> {
    let (mut tries, mut last) = (0, None);
    loop {
        let (method, path, body) = match step(collid, change, seen.as_ref()) {
            Step::Done(row) => return Ok(Ok(*row)),
            Step::Refused(error) => return Ok(Err(error)),
            Step::Write(method, path, body) => (method, path, body),
        };
        match last.take() {
            None => {}
            Some(Last::Refused(error)) => return Ok(Err(error)),
            Some(Last::Broken(error)) => return notes.broke(error).map(Err),
            Some(Last::Unexplained) => return Err(unexplained()),
        }
        match client.write(method, &path, body).await {
            Ok(answer) => {
                notes.wrote(change);
                if let Some(row) = settle(seen, change, &answer) {
                    return Ok(Ok(row));
                }
                last = Some(Last::Unexplained);
            }
            // A row or record that vanished meanwhile is answered like this: looking tells.
            Err(Fault::Refused(error) | Fault::Absent(error)) => last = Some(Last::Refused(error)),
            Err(Fault::Broken(error)) => last = Some(Last::Broken(error)),
            Err(Fault::Passing(error, wait)) => client.wait(&mut tries, wait).await.map_err(|()| error)?,
            Err(Fault::Stop(error)) => return Err(error),
        }
        *seen = see(client, occid).await?;
    }
}

/// How a write ended whose effect is looked for.
enum Last {
    Refused(Error),
    Broken(Error),
    Unexplained,
}

fn unexplained() -> Error {
    Error::new(ErrorKind::Unavailable, "the portal says that it wrote a row, but does not show it")
        .hint("run again; what is there is found then")
}

fn step(collid: u32, change: &MediaChange, seen: Option<&Seen>) -> Step {
    let ours = seen.filter(|seen| seen.collid == collid);
    match change {
        MediaChange::Insert(record) => insert(record, ours),
        MediaChange::Update { before, after } => update(before, after, ours),
        MediaChange::Delete(before) => delete(before, collid, seen),
    }
}

fn insert(record: &MediaRecord, seen: Option<&Seen>) -> Step {
    if record.record_id.is_empty() {
        return Step::Refused(Error::new(ErrorKind::Rejected, "the row has no recordID, and could not be found again"));
    }
    let Some(seen) = seen else {
        let told = format!("the collection has no record with occid {} any more", record.occid);
        return Step::Refused(Error::new(ErrorKind::Rejected, told).hint("run again: the record is looked up anew"));
    };
    let there = seen.rows.iter().find(|row| {
        row.is_known_as(&record.record_id) || AccessUri::same_place(&row.record.original_url, &record.original_url)
    });
    match (there, new_row(record)) {
        (Some(row), _) => Step::Done(Box::new(row.clone())),
        (None, Ok(body)) => Step::Write(Method::POST, "media".to_owned(), body),
        (None, Err(error)) => Step::Refused(error),
    }
}

fn known<'a>(seen: Option<&'a Seen>, record: &MediaRecord) -> Option<(&'a MediaRow, u64)> {
    let row = seen?.rows.iter().find(|row| row.is_known_as(&record.record_id))?;
    Some((row, row.media_id?))
}

fn conflict(before: &MediaRecord, what: &str) -> Error {
    let told = format!("the row {} of occid {} {what}", before.record_id, before.occid);
    Error::new(ErrorKind::Conflict, told).hint("somebody's edit is kept; look at the record in the portal")
}

fn update(before: &MediaRecord, after: &MediaRecord, seen: Option<&Seen>) -> Step {
    let Some((row, media_id)) = known(seen, before) else {
        return Step::Refused(conflict(before, "is not there any more"));
    };
    let columns = differing(before, after);
    let there = written(&row.record);
    for (from, to) in &columns {
        let there = there.iter().find(|there| there.name == from.name);
        if there.is_some_and(|there| there != from && there != to) {
            return Step::Refused(conflict(before, &format!("was changed meanwhile: {} is another", from.name)));
        }
    }
    let columns: Vec<_> = columns.into_iter().filter(|(_, to)| !there.contains(to)).collect();
    if columns.is_empty() {
        return Step::Done(Box::new(row.clone()));
    }
    // By its mediaID: the API takes an unknown recordID that begins with digits for the row of that number.
    match change(&columns) {
        Ok(body) => Step::Write(Method::PATCH, format!("media/{media_id}"), body),
        Err(error) => Step::Refused(error),
    }
}

fn delete(before: &MediaRecord, collid: u32, seen: Option<&Seen>) -> Step {
    let Some((row, media_id)) = known(seen, before) else {
        return Step::Done(Box::new(MediaRow { media_id: None, record: before.clone() }));
    };
    if seen.is_some_and(|seen| seen.collid != collid) {
        return Step::Refused(conflict(before, "belongs to a record of another collection today"));
    }
    match edited(row, before) {
        Some(column) => Step::Refused(conflict(before, &format!("was changed meanwhile: {column} is another"))),
        None => Step::Write(Method::DELETE, format!("media/{media_id}"), Map::new()),
    }
}

/// Brings `seen` up to date with what the portal answered to a write; `None` when that says too little.
fn settle(seen: &mut Option<Seen>, change: &MediaChange, answer: &Value) -> Option<MediaRow> {
    let rows = &mut seen.as_mut()?.rows;
    let place = rows.iter().position(|row| row.is_known_as(&change.row().record_id));
    match change {
        MediaChange::Delete(before) => {
            rows.remove(place?);
            Some(MediaRow { media_id: None, record: before.as_ref().clone() })
        }
        MediaChange::Insert(record) => {
            let row = media_row(answer.as_object()?)?;
            if !row.is_known_as(&record.record_id) || row.record.occid != record.occid {
                return None;
            }
            rows.push(row.clone());
            Some(row)
        }
        MediaChange::Update { after, .. } => {
            let row = media_row(answer.as_object()?)?;
            let place = place?;
            if row.media_id != rows[place].media_id || row.record.original_url != after.original_url {
                return None;
            }
            rows[place] = row.clone();
            Some(row)
        }
    }
}
