//! Decisions about many pictures, in a table.

use std::fs::File;
use std::path::Path;

use anyhow::Context as _;
use pinax_core::flows::review::{decide, may_decide};
use pinax_core::nouns::batch::{BatchItem, ReviewDecision, Verdict};
use pinax_core::nouns::error::{Error, ErrorKind};
use pinax_core::nouns::occurrence::{CatalogNumber, Occid};
use pinax_core::ports::ledger::ItemFilter;
use serde_json::json;

use super::decide::{can_be_done, decision, waiting};
use super::{Common, Config, End, each_item};
use crate::report::harmless;
use crate::{show, wire};

/// What a table for decisions begins with.
const COLUMNS: [&str; 8] =
    ["file", "decision", "catalogNumber", "occid", "nowCatalogNumber", "reason", "message", "hint"];

/// A table is never larger; it is read whole, so that a slip in it changes nothing.
const MOST_BYTES: u64 = 64 << 20;

/// Writes what waits to `path`; a table that is there may hold decisions, and is left as it is.
pub(super) fn write(common: &Common, config: &Config, profile: Option<&str>, path: &Path) -> anyhow::Result<End> {
    let ledger = wire::ledger_to_read(config)?;
    let file = new_file(path)?;
    let mut table = csv::Writer::from_writer(std::io::BufWriter::new(file));
    table.write_record(COLUMNS)?;
    let mut rows = 0_u64;
    each_item(&ledger, &ItemFilter::Waiting(profile.map(str::to_owned)), |item| {
        rows += 1;
        let reason = item.reason.as_ref();
        let cells = [
            item.image.locator.to_string(),
            item.decision.as_ref().map(|decision| decision.verdict.to_string()).unwrap_or_default(),
            String::new(),
            String::new(),
            item.identity.as_ref().map(|identity| identity.catalog_number.to_string()).unwrap_or_default(),
            reason.map(|reason| reason.code.to_string()).unwrap_or_default(),
            reason.map(|reason| reason.message.clone()).unwrap_or_default(),
            reason.and_then(|reason| reason.hint.clone()).unwrap_or_default(),
        ];
        table.write_record(cells.iter().map(|cell| harmless(cell)))?;
        Ok(())
    })?;
    table.flush()?;
    if common.json {
        show::say!("{}", json!({ "waiting": rows, "table": path }));
    } else {
        show::say!("{}: {}", path.display(), show::counted(rows, "picture waits", "pictures wait"));
        show::tell!("fill the column `decision`, then: pinax review apply {}", path.display());
    }
    Ok(End::Done)
}

/// Takes the decisions of `path`: all of them, or none when one is wrong.
pub(super) fn apply(common: &Common, config: &Config, path: &Path, who: Option<&str>) -> anyhow::Result<End> {
    let doing = || format!("could not read {}", path.display());
    let size = std::fs::metadata(path).with_context(doing)?.len();
    if size > MOST_BYTES {
        return Err(Error::new(ErrorKind::Rejected, format!("{} has {size} bytes", path.display()))
            .hint("this is no table that `pinax review list --csv` wrote; decide in parts")
            .into());
    }
    let bytes = std::fs::read(path).with_context(doing)?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut table = csv::ReaderBuilder::new().flexible(true).delimiter(separator(text)).from_reader(text);
    let header = table.headers().with_context(doing)?.clone();
    let column = |name: &str| header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
    let needed = |name: &str| {
        column(name).ok_or_else(|| {
            Error::new(ErrorKind::Corrupt, format!("{} has no column `{name}`", path.display()))
                .hint("`pinax review list --csv FILE` writes one to fill")
        })
    };
    let (file, verdict) = (needed("file")?, needed("decision")?);
    let (number, occid, profile) = (column("catalogNumber"), column("occid"), column("profile"));
    let ledger = wire::ledger(config, "pinax review apply")?;
    let mut decided: Vec<(Vec<BatchItem>, ReviewDecision)> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for record in table.records() {
        let record = record.with_context(doing)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).map(plain).filter(|cell| !cell.is_empty());
        let (Some(file), Some(word)) = (cell(Some(file)), cell(Some(verdict))) else { continue };
        let mut one = || -> anyhow::Result<(Vec<BatchItem>, ReviewDecision)> {
            let verdict = Verdict::parse(&word.to_lowercase()).ok_or_else(|| {
                Error::new(ErrorKind::Rejected, format!("`{word}` is no decision"))
                    .hint("write accept, assign or reject")
            })?;
            let number = cell(number).map(CatalogNumber::new).transpose()?;
            let occid = match cell(occid).map(str::parse::<u64>) {
                Some(Err(_)) => return Err(Error::new(ErrorKind::Rejected, "occid is not a number").into()),
                Some(Ok(occid)) => Some(Occid(occid)),
                None => None,
            };
            if verdict == Verdict::Assign && number.is_none() && occid.is_none() {
                return Err(Error::new(ErrorKind::Rejected, "assign to what?")
                    .hint("fill catalogNumber, or occid")
                    .into());
            }
            let decision = decision(verdict, number, occid, who)?;
            let items = waiting(&ledger, cell(profile), file)?;
            items
                .iter()
                .try_for_each(|item| may_decide(item, &decision).and_then(|()| can_be_done(config, item, &decision)))?;
            if !items.iter().all(|item| seen.insert(item.id)) {
                return Err(Error::new(ErrorKind::Rejected, format!("{file} is decided twice"))
                    .hint("leave one line for each picture")
                    .into());
            }
            Ok((items, decision))
        };
        decided.push(one().with_context(|| format!("{}, line {line}: nothing was decided", path.display()))?);
    }
    for (items, decision) in &decided {
        decide(&ledger, items, decision)?;
    }
    let count = |verdict| decided.iter().filter(|(_, one)| one.verdict == verdict).count();
    let [accepted, assigned, rejected] = [Verdict::Accept, Verdict::Assign, Verdict::Reject].map(count);
    if common.json {
        show::say!("{}", json!({ "accepted": accepted, "assigned": assigned, "rejected": rejected }));
    } else {
        show::say!("{accepted} accepted, {assigned} assigned, {rejected} rejected");
        if accepted + assigned > 0 {
            show::tell!("`pinax run` acts on it");
        }
    }
    Ok(End::Done)
}

fn new_file(path: &Path) -> Result<File, Error> {
    File::create_new(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            let message = format!("{} is there already, and may hold decisions", path.display());
            return Error::new(ErrorKind::Conflict, message)
                .hint("take its decisions with `pinax review apply`, then move it away, or name another file");
        }
        Error::new(ErrorKind::Io, format!("could not write {}", path.display())).caused_by(error)
    })
}

/// Spreadsheets write the separator of their country.
fn separator(text: &[u8]) -> u8 {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: u8| line.iter().filter(|byte| **byte == separator).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// A cell without the apostrophe that kept it from being a formula.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}
