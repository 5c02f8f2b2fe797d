//! What a listing passed over: counted, and the first few named.

use std::collections::BTreeMap;
use std::fmt;

use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::source_image::Locator;

/// So many names are shown for one reason.
const SHOWN: usize = 5;

/// Folders in folders are followed so deep; each takes an open file.
pub(super) const DEEPEST: usize = 100;

/// Why something was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// A symbolic link.
    Link,
    /// A pipe, socket or device.
    Special,
    /// A transfer that is not finished, by its name.
    Unfinished,
    /// Cannot be looked at.
    Unreadable,
    /// Lies too deep.
    TooDeep,
    /// Changed a moment ago.
    Unsettled,
    /// Packed with a password.
    Encrypted,
    /// Packed in a way that cannot be unpacked here.
    Packed,
    /// A zip file inside a zip file.
    Nested,
    /// Its name leads out of the place it lies in, or is no name of a file.
    Outside,
    /// One of several of the same name.
    Twice,
}

/// Counts, and the first names, by reason.
#[derive(Debug, Default)]
pub(super) struct PassedOver(BTreeMap<Why, (u64, Vec<String>)>);

impl PassedOver {
    /// Counts one.
    pub(super) fn add(&mut self, why: Why, path: &[u8]) {
        self.note(why, path, None);
    }

    /// Counts one that cannot be looked at.
    pub(super) fn unreadable(&mut self, path: &[u8], error: &dyn fmt::Display) {
        self.note(Why::Unreadable, path, Some(error));
    }

    fn note(&mut self, why: Why, path: &[u8], error: Option<&dyn fmt::Display>) {
        let (count, shown) = self.0.entry(why).or_default();
        *count += 1;
        if shown.len() < SHOWN {
            let path = if path.is_empty() { "the folder itself".to_owned() } else { Locator::new(path).to_string() };
            shown.push(match error {
                Some(error) => format!("{path} ({error})"),
                None => path,
            });
        }
    }

    /// Was everything looked at, so that what was not named is not there?
    pub(super) fn saw_everything(&self) -> bool {
        !self
            .0
            .keys()
            .any(|why| matches!(why, Why::Unreadable | Why::TooDeep | Why::Unsettled | Why::Encrypted | Why::Packed))
    }

    /// One finding a reason.
    pub(super) fn findings(self) -> Vec<Finding> {
        self.0.into_iter().map(|(why, (count, shown))| finding(why, count, &shown)).collect()
    }
}

fn finding(why: Why, count: u64, shown: &[String]) -> Finding {
    let more = if count > shown.len() as u64 { ", …" } else { "" };
    let names = format!("{}{more}", shown.join(", "));
    let things = |one: &str, many: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {many}") };
    match why {
        Why::Link => Finding::warning(format!("{} not followed: {names}", things("link was", "links were")))
            .hint("put the files themselves into the folder, or make the place the link shows a source of its own"),
        Why::Special => {
            Finding::warning(format!("{} no file and left alone: {names}", things("thing is", "things are")))
                .hint("pipes, sockets and devices are never opened; remove them")
        }
        Why::Unfinished => {
            Finding::note(format!("{} unfinished by name and left alone: {names}", things("file is", "files are")))
                .hint("finish the transfer; or delete what is left of it")
        }
        Why::Unreadable => Finding::warning(format!(
            "{} not be looked at: {names}",
            things("file or folder could", "files or folders could")
        ))
        .hint("give the user who runs pinax the right to read them, then run again"),
        Why::TooDeep => Finding::warning(format!(
            "{} deeper than {DEEPEST} folders and left alone: {names}",
            things("folder lies", "folders lie")
        ))
        .hint("move them up"),
        Why::Unsettled => Finding::note(format!(
            "{} a moment ago and left for the next run: {names}",
            things("file changed", "files changed")
        ))
        .hint("run again when nobody writes to them"),
        Why::Encrypted => Finding::warning(format!(
            "{} packed with a password and left alone: {names}",
            things("file is", "files are")
        ))
        .hint("unpack them, or pack them again without a password"),
        Why::Packed => Finding::warning(format!(
            "{} packed in a way that is not known here: {names}",
            things("file is", "files are")
        ))
        .hint("pack them again as ordinary zip (`deflate`), or unpack them"),
        Why::Nested => Finding::warning(format!(
            "{} inside a zip file and not opened: {names}",
            things("zip file lies", "zip files lie")
        ))
        .hint("unpack the outer one"),
        Why::Outside => Finding::warning(format!(
            "{} a name that is no path below its place, and left alone: {names}",
            things("file has", "files have")
        ))
        .hint("such names are an accident or an attack: ask whoever made it"),
        Why::Twice => Finding::warning(format!(
            "{} a name that another file has too, and left alone: {names}",
            things("file has", "files have")
        ))
        .hint("the first of each name is taken; give the others names of their own"),
    }
}
