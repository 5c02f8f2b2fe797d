//! What a record's rows say of a picture that is about to be published, whoever linked them.

use percent_encoding::percent_decode_str;

use crate::nouns::media::MediaRow;
use crate::nouns::profile::Existing;
use crate::nouns::uri::AccessUri;
use crate::steps::identify::is_derivative;

/// A picture that is about to be published.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The address its large file would have.
    pub original: &'a AccessUri,
    /// MD5 of its large file; `None` before it is made.
    pub md5: Option<&'a str>,
    /// The name of its source file.
    pub file_name: &'a str,
}

/// What is to be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Nothing shows it: link it.
    Not,
    /// This row shows it: leave it.
    Already(&'a MediaRow),
    /// This row shows another picture of the same name or source: leave it.
    Another(&'a MediaRow),
    /// This row is to show it from now on.
    Replace(&'a MediaRow),
    /// One of several rows of the same name would have to be replaced: a person must say which.
    Several(usize),
}

/// Looks for `candidate` among the rows of its record. The same picture is told by MD5 (the row shows our very large
/// file, wherever it lies); a picture of the same source by `sourceIdentifier`, by its address, or by the name of its
/// file. `present` is without the rows this program made for other files.
#[must_use]
pub fn shown<'a>(present: &'a [MediaRow], candidate: Candidate<'_>, existing: Existing) -> Shown<'a> {
    let same_place = |row: &MediaRow| AccessUri::same_place(&row.record.original_url, candidate.original.as_str());
    let same_md5 = |row: &&MediaRow| {
        let (shown, made) = (row.record.media_md5.as_deref(), candidate.md5);
        shown.zip(made).is_some_and(|(shown, made)| shown.eq_ignore_ascii_case(made))
    };
    if let Some(row) = present.iter().find(same_md5) {
        return match existing {
            // A row that was never given an identity cannot be told from others when it is changed.
            Existing::Replace if !same_place(row) && !row.record.record_id.is_empty() => Shown::Replace(row),
            _ => Shown::Already(row),
        };
    }
    // Whoever made a row for this very address, and did not know the file, meant ours.
    if present.iter().any(|row| same_place(row) && row.record.media_md5.is_none()) {
        return Shown::Not;
    }
    let stem = stem_of_name(candidate.file_name);
    let same_name = |row: &&MediaRow| {
        let names = [&row.record.original_url, &row.record.url].into_iter().filter_map(|url| stem_of_url(url));
        let source = row.record.source_identifier.as_deref().map(named_in);
        same_place(row) || names.chain(source.flatten()).any(|name| !name.is_empty() && name == stem)
    };
    let several = present.iter().filter(same_name).count();
    if several > 1 && existing == Existing::Replace {
        return Shown::Several(several);
    }
    match (present.iter().find(same_name), existing) {
        (None, _) | (Some(_), Existing::KeepBoth) => Shown::Not,
        (Some(row), Existing::Replace) if !row.record.record_id.is_empty() => Shown::Replace(row),
        (Some(row), _) => Shown::Another(row),
    }
}

/// What tells the names of two pictures apart, whatever program published them: without extension, without the endings
/// of derivatives, spaces and parentheses as Symbiota writes them, without regard to case.
fn stem_of_name(name: &str) -> String {
    let stem = name.rfind('.').filter(|dot| *dot > 0).map_or(name, |dot| &name[..dot]);
    let stem = match stem.rfind(['_', '-']) {
        Some(at) if at > 0 && is_derivative(&stem[at..]) => &stem[..at],
        _ => stem,
    };
    stem.replace("%20", "_").replace(' ', "_").replace(['(', ')'], "").to_lowercase()
}

/// The stem of the last part of an address.
fn stem_of_url(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = percent_decode_str(path.rsplit('/').next()?).decode_utf8().ok()?;
    Some(stem_of_name(&name))
}

/// The stem of the file a `sourceIdentifier` names: `00-abc; filename: NY1.jpg` (Symbiota's harvest of `BisQue`), or
/// the name alone.
fn named_in(source_identifier: &str) -> Option<String> {
    let name = match source_identifier.split_once("filename:") {
        Some((_, name)) => name.trim(),
        None => source_identifier.rsplit('/').next()?.trim(),
    };
    Some(stem_of_name(name))
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Shown, shown, stem_of_name, stem_of_url};
    use crate::nouns::media::{MediaRecord, MediaRow};
    use crate::nouns::profile::Existing;
    use crate::nouns::uri::{AccessUri, PublicUrl};

    fn row(original: &str, md5: Option<&str>, source: Option<&str>) -> MediaRow {
        let record = MediaRecord {
            occid: 7,
            record_id: "theirs".to_owned(),
            original_url: original.to_owned(),
            url: original.replace(".jpg", "_med.jpg"),
            media_md5: md5.map(str::to_owned),
            source_identifier: source.map(str::to_owned),
            ..MediaRecord::default()
        };
        MediaRow { media_id: Some(1), record }
    }

    fn uri(name: &str) -> AccessUri {
        PublicUrl::new("https://h", false).unwrap().join(name).unwrap()
    }

    fn ask(row: &MediaRow, address: &str, md5: &str, name: &str, existing: Existing) -> &'static str {
        let (original, present) = (uri(address), std::slice::from_ref(row));
        match shown(present, Candidate { original: &original, md5: Some(md5), file_name: name }, existing) {
            Shown::Not => "link",
            Shown::Already(_) => "already",
            Shown::Another(_) => "another",
            Shown::Replace(_) => "replace",
            Shown::Several(_) => "several",
        }
    }

    #[test]
    fn what_is_there_is_known_by_sum_name_address_and_source() {
        let same_bytes = row("http://old/a.jpg", Some("AB12"), None);
        let same_name = row("http://old/x/NY%201_med.jpg", Some("ff"), None);
        let same_place = row("http://h/shared.jpg", Some("ff"), None);
        let meant = row("http://h/shared.jpg", None, None);
        let same_source = row("http://old/00-x", None, Some("00-x; filename: ny_1.JPG"));
        let other = row("http://old/ny12.jpg", Some("ff"), Some("00-y; filename: NY12.jpg"));
        for (row, [skip, both, replace]) in [
            (&same_bytes, ["already", "already", "replace"]),
            (&same_name, ["another", "link", "replace"]),
            (&same_place, ["another", "link", "replace"]),
            (&same_source, ["another", "link", "replace"]),
            (&other, ["link", "link", "link"]),
            (&meant, ["link", "link", "link"]),
        ] {
            let told = [Existing::Skip, Existing::KeepBoth, Existing::Replace]
                .map(|existing| ask(row, "shared.jpg", "ab12", "NY 1.jpg", existing));
            assert_eq!(told, [skip, both, replace], "{}", row.record.original_url);
        }
    }

    #[test]
    fn a_row_that_shows_our_file_already_is_not_replaced_again() {
        let ours = row("http://h/NY_1.jpg", Some("ab12"), None);
        assert_eq!(ask(&ours, "NY_1.jpg", "ab12", "NY 1.jpg", Existing::Replace), "already");
        let mut nameless = row("http://old/NY_1.jpg", Some("cd"), None);
        nameless.record.record_id = String::new();
        assert_eq!(ask(&nameless, "NY_1.jpg", "ab12", "NY 1.jpg", Existing::Replace), "another");
    }

    #[test]
    fn stems() {
        for (one, other) in [("NY 1 (2).JPG", "ny_1_2.jpg"), ("NY1_tn.jpg", "NY1.tif"), ("NY1", "NY1.jpg")] {
            assert_eq!(stem_of_name(one), stem_of_name(other));
        }
        assert_ne!(stem_of_name("NY1_a.jpg"), stem_of_name("NY1_b.jpg"));
        assert_eq!(stem_of_url("https://h/a/b/T%C3%BCr_med.jpg?x=1").as_deref(), Some("tür"));
        assert_eq!(stem_of_url(""), Some(String::new()));
    }
}
