//! A licence named by its web address.

use super::{CODES, Claim, FIRST_ND_NC, Family, PORTS, VERSIONS};

/// The twelve statements (rightsstatements.org, version 1.0).
const STATEMENTS: [&str; 12] =
    ["InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU", "NoC-CR", "NoC-NC", "NoC-OKLR", "NoC-US", "CNE", "UND", "NKC"];

/// What may stand around an address in a sentence.
const AROUND: [char; 13] = ['(', ')', '[', ']', '<', '>', '"', '\'', ',', ';', '.', ':', '|'];

/// Is the word an address, of whatever?
pub(super) fn looks_like(word: &str) -> bool {
    let word = word.trim_matches(AROUND).to_ascii_lowercase();
    word.contains("://") || word.contains("creativecommons.org") || word.contains("rightsstatements.org")
}

/// The licence it names; `None` when it names none that is known.
pub(super) fn read(word: &str) -> Option<Claim> {
    let address = word.trim_matches(AROUND).to_ascii_lowercase();
    let address = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(&address);
    let address = address.split(['?', '#']).next()?;
    let (host, path) = address.split_once('/')?;
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match host.strip_prefix("www.").unwrap_or(host) {
        "creativecommons.org" => creative_commons(&parts),
        "rightsstatements.org" => statement(&parts),
        _ => None,
    }
}

fn creative_commons(parts: &[&str]) -> Option<Claim> {
    let parts = match parts {
        [rest @ .., page] if is_page(page) => rest,
        all => all,
    };
    let (family, rest) = match parts {
        ["publicdomain", "zero", rest @ ..] => (Family::Zero, rest),
        ["publicdomain", "mark", rest @ ..] => (Family::Mark, rest),
        ["licenses", code, rest @ ..] => {
            let code = CODES.into_iter().chain([FIRST_ND_NC]).find(|known| known == code)?;
            (Family::By(code), rest)
        }
        _ => return None,
    };
    let (version, port) = match (family, rest) {
        (_, []) => (None, None),
        (_, [version]) => (Some(known(&VERSIONS, version)?), None),
        (Family::By(_), [version, port]) => (Some(known(&VERSIONS, version)?), Some(known(&PORTS, port)?)),
        _ => return None,
    };
    Some(Claim { port, ..Claim::certain(family, version) })
}

/// The deed or the text of a licence, in some language.
fn is_page(part: &str) -> bool {
    let (name, language) = part.split_once('.').unwrap_or((part, ""));
    let language_fits = language.len() <= 8 && language.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    matches!(name, "deed" | "legalcode" | "rdf") && language_fits
}

fn statement(parts: &[&str]) -> Option<Claim> {
    let ["vocab" | "page", code, "1.0"] = parts else {
        return None;
    };
    let code = STATEMENTS.into_iter().find(|known| known.eq_ignore_ascii_case(code))?;
    Some(Claim::certain(Family::Statement(code), Some("1.0")))
}

fn known(list: &[&'static str], text: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| *known == text)
}
