//! A configuration made from the image processing profiles of a portal: the same meaning in our keys, and what has no
//! counterpart told. A profile the configuration would refuse stands in it commented out, with the reason.

mod profile;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use pinax_core::nouns::collection::CollectionKey;
use pinax_core::nouns::finding::{Finding, Severity};
use pinax_io::portal::mariadb::ProcessingProfile;

use crate::config::Config;
use words::{commented, one_line, quoted};

/// A profile as it is written.
struct Entry {
    name: String,
    title: String,
    complete: bool,
    findings: Vec<Finding>,
}

/// A configuration, not yet written.
pub(crate) struct Draft {
    /// The file.
    pub(crate) text: String,
    entries: Vec<Entry>,
}

impl Draft {
    /// The names of the profiles that can be used as they are, or of those commented out.
    pub(crate) fn names(&self, complete: bool) -> Vec<&str> {
        self.entries.iter().filter(|entry| entry.complete == complete).map(|entry| entry.name.as_str()).collect()
    }

    /// What a person should know, each with its profile.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let told = |entry: &Entry, finding: &Finding| Finding {
            severity: finding.severity,
            // What a database holds must not steer a terminal.
            message: one_line(&format!("profile {} (`{}`): {finding}", entry.name, entry.title)),
            hint: finding.hint.as_deref().map(one_line),
        };
        let of_profiles =
            self.entries.iter().flat_map(|entry| entry.findings.iter().map(move |finding| told(entry, finding)));
        of_profiles.chain([Finding::note(AT_EACH_RUN[0]).hint(AT_EACH_RUN[1..].join(" "))]).collect()
    }
}

/// What a portal's profile does not hold (`imageprocessor.php`).
const AT_EACH_RUN: [&str; 5] = [
    "some things Symbiota's page asks at each run, and keeps in no profile",
    "The page begins with: match on catalogNumber, leave skeletal files, skip a picture that exists,",
    "make a new record where none has the number, and take the source file away in the end.",
    "Written here is the same, but that a number without a record goes to review (link.missing = \"create\" makes one)",
    "and that source files are kept (source.after says otherwise).",
];

/// The configuration for `profiles` of the collection `key`. `url` holds no password.
pub(crate) fn draft(
    url: &str,
    password_file: Option<&Path>,
    key: &CollectionKey,
    profiles: &[ProcessingProfile],
) -> Draft {
    let mut text =
        "# Pinax configuration, made from a portal's image processing profiles. Look through it; then: pinax check\n\
                    # `pinax init --config FILE` writes one in which every key is described.\n\n"
            .to_owned();
    let mut portal = format!("[portal]\nkind = \"mariadb\"\nurl = {}\n", quoted(url));
    match password_file {
        Some(file) => portal.push_str(&format!("password_file = {}\n", quoted(&file.display().to_string()))),
        None => portal.push_str("# The password comes from the environment variable PINAX_PORTAL_PASSWORD.\n"),
    }
    let _ = writeln!(text, "{portal}\n{}", commented(&AT_EACH_RUN.join("\n")));
    let mut names = BTreeSet::new();
    let mut stores = BTreeMap::new();
    let mut entries = Vec::new();
    for row in profiles {
        let name = words::name(&row.title, &mut names);
        let mut converted = profile::convert(&name, key, row);
        // Two folders seen at one address are refused together.
        if converted.complete
            && let (Some(address), Some(folder)) = (&row.img_url, &row.target_path)
        {
            let first = stores.entry(address.trim_end_matches('/')).or_insert(folder);
            if first.trim_end_matches('/') != folder.trim_end_matches('/') {
                converted.refuse(
                    Finding::warning(format!("another profile publishes into {first} under the same address"))
                        .hint("give each folder the address it is seen at"),
                );
            }
        }
        // The last word has the reader of configurations.
        if converted.complete
            && let Err(error) = Config::parse(&format!("{portal}{}", converted.toml), "/".into())
        {
            converted.refuse(Finding::warning(one_line(&format!("{error:#}"))));
        }
        let _ = writeln!(text, "\n{}", heading(row, &converted.findings));
        match converted.complete {
            true => text.push_str(&converted.toml),
            false => {
                let _ = writeln!(text, "# To be completed:\n{}", commented(&converted.toml));
            }
        }
        let profile::Converted { complete, findings, .. } = converted;
        entries.push(Entry { name, title: row.title.clone(), complete, findings });
    }
    Draft { text, entries }
}

fn heading(row: &ProcessingProfile, findings: &[Finding]) -> String {
    let mut lines = format!("Symbiota's profile `{}`", one_line(&row.title));
    if let Some(id) = row.id {
        let _ = write!(lines, ", spprid {id}");
    }
    if let Some(date) = &row.last_run_date {
        let _ = write!(lines, ", last run {}", one_line(date));
    }
    for finding in findings {
        let word = if finding.severity == Severity::Note { "note" } else { "warning" };
        let _ = write!(lines, "\n{word}: {}", one_line(&finding.message));
        if let Some(hint) = &finding.hint {
            let _ = write!(lines, "\n  hint: {}", one_line(hint));
        }
    }
    commented(&lines)
}

#[cfg(test)]
mod tests;
