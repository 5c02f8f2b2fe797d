//! What was at the source once and is not any more: told to a person, never taken back by itself.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::RunContext;
use crate::nouns::error::Result;
use crate::nouns::finding::Finding;
use crate::nouns::profile::AfterLink;
use crate::nouns::source_image::{Locator, SourceImage};
use crate::ports::ledger::Known;
use crate::ports::source::ListFrom;

/// Names shown.
const SHOWN: usize = 5;
/// Files asked of the ledger at a time.
const PART: usize = 5_000;

/// Compares what is listed with what the ledger knows. Eight bytes a file are kept: two names in a thousand million
/// million million share them.
pub(super) struct Vanished {
    /// `None`: there is nothing to compare.
    seen: Option<HashSet<u64>>,
    hasher: RandomState,
    count: u64,
    shown: Vec<String>,
}

impl Vanished {
    pub(super) fn new(context: RunContext<'_>, from: &ListFrom) -> Result<Self> {
        // Files that are moved or deleted after their link are not expected to be there.
        let compares = *from == ListFrom::default()
            && context.profile.after == AfterLink::Keep
            && !context.ledger.files(&context.profile.name, None, 1)?.is_empty();
        let seen = compares.then(HashSet::new);
        Ok(Self { seen, hasher: RandomState::new(), count: 0, shown: Vec::new() })
    }

    /// These are there.
    pub(super) fn listed(&mut self, files: &[SourceImage]) {
        if let Some(seen) = &mut self.seen {
            seen.extend(files.iter().map(|file| self.hasher.hash_one(&file.locator)));
        }
    }

    /// The source says that these are not there any more.
    pub(super) fn gone(&mut self, context: RunContext<'_>, files: &[Locator]) -> Result<()> {
        let asked: Vec<SourceImage> =
            files.iter().map(|locator| SourceImage::new(locator.clone(), Default::default())).collect();
        let known = context.ledger.known(&context.profile.name, &asked)?;
        for (locator, known) in files.iter().zip(known) {
            if known == Known::New {
                // A folder, perhaps: then all that lay in it.
                self.gone_with(context, locator)?;
            } else {
                self.add(locator);
            }
        }
        Ok(())
    }

    fn gone_with(&mut self, context: RunContext<'_>, folder: &Locator) -> Result<()> {
        let inside = [folder.as_bytes(), b"/"].concat();
        let mut after = Locator::new(inside.as_slice());
        loop {
            let part = context.ledger.files(&context.profile.name, Some(&after), PART)?;
            let below = part.iter().take_while(|locator| locator.as_bytes().starts_with(&inside));
            let mut last = None;
            for locator in below {
                self.add(locator);
                last = Some(locator);
            }
            match last {
                Some(last) if part.len() == PART => after = last.clone(),
                _ => return Ok(()),
            }
        }
    }

    /// Everything was listed: what the ledger knows beside it is gone.
    pub(super) fn compare(&mut self, context: RunContext<'_>) -> Result<()> {
        let Some(seen) = self.seen.take() else { return Ok(()) };
        let mut after = None;
        loop {
            let part = context.ledger.files(&context.profile.name, after.as_ref(), PART)?;
            let Some(last) = part.last() else { return Ok(()) };
            after = Some(last.clone());
            for locator in &part {
                if !seen.contains(&self.hasher.hash_one(locator)) {
                    self.add(locator);
                }
            }
        }
    }

    fn add(&mut self, locator: &Locator) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(locator.to_string());
        }
    }

    /// What a person should know.
    pub(super) fn finding(self) -> Option<Finding> {
        let more = if self.count > self.shown.len() as u64 { ", …" } else { "" };
        let files =
            if self.count == 1 { "1 file that was there before is" } else { "files that were there before are" };
        let count = if self.count == 1 { String::new() } else { format!("{} ", self.count) };
        let message = format!("{count}{files} not at the source any more: {}{more}", self.shown.join(", "));
        let hint = "links and published pictures stay as they are; to take them back: pinax undo";
        (self.count > 0).then(|| Finding::note(message).hint(hint))
    }
}
