//! A licence named in words or letters.

use super::{CODES, Claim, FIRST_ND_NC, Family, PORTS, VERSIONS};

/// Words that say nothing of which licence it is.
const NOISE: [&str; 10] = ["a", "an", "image", "is", "licence", "license", "licensed", "the", "this", "under"];
const LONG_NOISE: [&str; 2] = ["work", "deed"];

/// What separates words as white space does; any other character belongs to a word.
const BETWEEN: [char; 15] = [
    '-', '_', ',', ':', '/', '"', '\'', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{201c}',
    '\u{201d}', '\u{2019}',
];

/// The words of a text in small letters, without punctuation and noise; letters that were run together taken apart.
pub(super) fn split(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| c.is_whitespace() || BETWEEN.contains(&c)).map(|word| word.trim_matches('.'));
    let said = words.filter(|word| !word.is_empty() && !NOISE.contains(word) && !LONG_NOISE.contains(word));
    said.flat_map(apart).collect()
}

/// `ccbync4.0` -> `cc`, `by`, `nc`, `4.0`; `v4.0` -> `4.0`; other words stay.
fn apart(word: &str) -> Vec<String> {
    let (letters, number) = word.split_at(word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len()));
    if letters == "v" {
        return vec![number.to_owned()];
    }
    let code = letters.strip_prefix("cc").unwrap_or(letters);
    let Some(known) = CODES.into_iter().find(|known| known.replace('-', "") == code) else {
        return vec![word.to_owned()];
    };
    let named = (code.len() < letters.len()).then_some("cc");
    let number = (!number.is_empty()).then_some(number);
    named.into_iter().chain(known.split('-')).chain(number).map(str::to_owned).collect()
}

/// The licence these words name, if every one of them is understood.
pub(super) fn read(words: &[String]) -> Option<Claim> {
    let mut words = Words { rest: words };
    let named = words.take(&["creative", "commons"]) | words.take(&["cc"]);
    public_domain(&mut words, named).or_else(|| attribution(&mut words, named))
}

/// Words not understood yet.
struct Words<'a> {
    rest: &'a [String],
}

impl Words<'_> {
    /// Takes these words away, if they come next.
    fn take(&mut self, wanted: &[&str]) -> bool {
        let found =
            self.rest.len() >= wanted.len() && self.rest.iter().zip(wanted).all(|(word, wanted)| word == wanted);
        if found {
            self.rest = &self.rest[wanted.len()..];
        }
        found
    }

    /// Takes one of these phrases away.
    fn take_any(&mut self, phrases: &[&[&str]]) -> bool {
        phrases.iter().any(|phrase| self.take(phrase))
    }

    /// Takes a version away: `4.0` or `4`.
    fn version(&mut self) -> Option<&'static str> {
        let word = self.rest.first()?;
        let version = VERSIONS.into_iter().find(|known| *known == word || known.strip_suffix(".0") == Some(word))?;
        self.rest = &self.rest[1..];
        Some(version)
    }
}

const PUBLIC_DOMAIN: [&[&str]; 2] = [&["public", "domain"], &["publicdomain"]];

fn public_domain(words: &mut Words<'_>, named: bool) -> Option<Claim> {
    let before = words.rest;
    let mut family = None;
    if words.take(&["cc0"]) || named && words.take_any(&[&["0"], &["zero"]]) {
        family = Some(Family::Zero);
    } else if words.take(&["pdm"]) {
        family = Some(Family::Mark);
    }
    let mut version = None;
    while !words.rest.is_empty() {
        let says = if words.take_any(&PUBLIC_DOMAIN) {
            Family::PublicDomain
        } else if family.is_some() && words.take_any(&[&["universal"], &["dedication"], &["waiver"], &["cc0"]]) {
            Family::Zero
        } else if family.is_some() && words.take_any(&[&["mark"], &["pdm"]]) {
            Family::Mark
        } else if family.is_some() && version.is_none() {
            version = words.version();
            match (version, family) {
                (Some("1.0"), Some(family)) => family,
                _ => return None,
            }
        } else {
            words.rest = before;
            return None;
        };
        let both = Claim::certain(says, None).and(Claim::certain(family.unwrap_or(says), None))?;
        family = Some(both.family);
    }
    family.map(|family| Claim::certain(family, version))
}

fn attribution(words: &mut Words<'_>, named: bool) -> Option<Claim> {
    let in_full = words.take(&["attribution"]);
    if !in_full && !words.take(&["by"]) {
        return None;
    }
    let mut code = "by".to_owned();
    loop {
        let element = if words.take_any(&[&["nc"], &["noncommercial"], &["non", "commercial"]]) {
            "-nc"
        } else if words.take_any(&[
            &["nd"],
            &["noderivs"],
            &["noderivatives"],
            &["no", "derivs"],
            &["no", "derivatives"],
            &["no", "derivative", "works"],
        ]) {
            "-nd"
        } else if words.take_any(&[&["sa"], &["sharealike"], &["share", "alike"]]) {
            "-sa"
        } else {
            break;
        };
        code.push_str(element);
    }
    let code = CODES.into_iter().chain([FIRST_ND_NC]).find(|known| *known == code)?;
    let (mut version, mut port, mut scope) = (None, None, None);
    while let Some(word) = words.rest.first() {
        let is_scope = matches!(word.as_str(), "international" | "unported" | "generic");
        if is_scope && scope.is_none() && port.is_none() {
            scope = Some(word.as_str());
            words.rest = &words.rest[1..];
        } else if let (Some(found), None) = (PORTS.into_iter().find(|port| port == word), port.or(scope)) {
            port = Some(found);
            words.rest = &words.rest[1..];
        } else if port.or(scope).is_none() && words.take(&["united", "states"]) {
            port = Some("us");
        } else if version.is_none() {
            version = Some(words.version()?);
        } else {
            return None;
        }
    }
    match (scope, version) {
        (None, _) | (Some("international"), None | Some("4.0")) | (Some("unported"), Some("3.0")) => {}
        (Some("generic"), Some("1.0" | "2.0" | "2.5")) => {}
        _ => return None,
    }
    let elements = code.split('-').count();
    let certain = named || (in_full && (version.is_some() || elements > 1)) || (version.is_some() && elements > 1);
    Some(Claim { family: Family::By(code), version, port, certain })
}
