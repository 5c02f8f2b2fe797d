//! A licence: from what people write to the one address that aggregators understand.

mod address;
mod words;

use std::fmt;

/// A licence or rights statement by its canonical URI: <https://creativecommons.org/licenses/by/4.0/>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LicenceUri(String);

impl LicenceUri {
    /// The URI as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LicenceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a text says of a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Licence {
    /// This one.
    Known(LicenceUri),
    /// Nothing that is understood; the text, trimmed.
    Unknown(String),
}

/// Reads a licence as people write it: `CC BY 4.0`, `cc0`, `Attribution-NonCommercial 4.0 International`,
/// `http://creativecommons.org/licenses/by/3.0/us/deed.de`, or several of these that say the same.
///
/// A version that is not told is the newest. `Public Domain` alone is the Public Domain Mark, which says less than CC0:
/// nobody gave rights away. <http://rightsstatements.org/> keeps `http`, as its own guidelines want it. Every word must
/// be understood, and all must agree; else the text is [`Licence::Unknown`].
#[must_use]
pub fn normalise_licence(text: &str) -> Licence {
    match understood(text) {
        Some(uri) => Licence::Known(LicenceUri(uri)),
        None => Licence::Unknown(text.trim().to_owned()),
    }
}

/// Longer texts are terms, not names.
const MAX_BYTES: usize = 500;

fn understood(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let (addresses, rest): (Vec<&str>, Vec<&str>) = text.split_whitespace().partition(|word| address::looks_like(word));
    let mut claims: Vec<Claim> = addresses.into_iter().map(address::read).collect::<Option<_>>()?;
    let rest = rest.join(" ");
    for piece in rest.split(['(', ')', '[', ']', '<', '>', ';', '|']) {
        let words = words::split(piece);
        if !words.is_empty() {
            claims.push(words::read(&words)?);
        }
    }
    claims.into_iter().reduce_all(Claim::and)?.uri()
}

/// What is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// CC0.
    Zero,
    /// Public Domain Mark.
    Mark,
    /// `public domain`: either of the two.
    PublicDomain,
    /// A Creative Commons licence.
    By(&'static str),
    /// A statement of rightsstatements.org.
    Statement(&'static str),
}

/// What one part of a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Claim {
    family: Family,
    version: Option<&'static str>,
    /// The country a licence was adapted to.
    port: Option<&'static str>,
    /// Says by itself that it is a licence: `Attribution` alone may be anything.
    certain: bool,
}

const CODES: [&str; 6] = ["by", "by-nc", "by-nd", "by-sa", "by-nc-nd", "by-nc-sa"];
/// How `by-nc-nd` is called in version 1.0.
const FIRST_ND_NC: &str = "by-nd-nc";
const VERSIONS: [&str; 6] = ["1.0", "2.0", "2.1", "2.5", "3.0", "4.0"];
/// Jurisdictions of versions 1.0 to 3.0 (creativecommons.org/licenses/list).
const PORTS: [&str; 63] = [
    "am", "ar", "at", "au", "az", "be", "bg", "br", "ca", "ch", "cl", "cn", "co", "cr", "cz", "de", "dk", "ec", "ee",
    "eg", "es", "fi", "fr", "ge", "gr", "gt", "hk", "hr", "hu", "ie", "igo", "il", "in", "it", "jp", "kr", "lu", "mk",
    "mt", "mx", "my", "nl", "no", "nz", "pe", "ph", "pl", "pr", "pt", "ro", "rs", "scotland", "se", "sg", "si", "th",
    "tw", "ug", "uk", "us", "ve", "vn", "za",
];

impl Claim {
    fn certain(family: Family, version: Option<&'static str>) -> Self {
        Self { family, version, port: None, certain: true }
    }

    /// Both, if they do not contradict.
    fn and(self, other: Self) -> Option<Self> {
        let family = match (self.family, other.family) {
            (one, two) if one == two => one,
            (Family::PublicDomain, exact @ (Family::Zero | Family::Mark))
            | (exact @ (Family::Zero | Family::Mark), Family::PublicDomain) => exact,
            _ => return None,
        };
        let same = |one: Option<&'static str>, two: Option<&'static str>| match (one, two) {
            (Some(one), Some(two)) if one != two => None,
            _ => Some(one.or(two)),
        };
        Some(Self {
            family,
            version: same(self.version, other.version)?,
            port: same(self.port, other.port)?,
            certain: self.certain || other.certain,
        })
    }

    /// The canonical URI, if there is such a licence.
    fn uri(self) -> Option<String> {
        let first = |name: &str| match self.version {
            None | Some("1.0") => Some(format!("https://creativecommons.org/publicdomain/{name}/1.0/")),
            Some(_) => None,
        };
        match self.family {
            _ if !self.certain => None,
            Family::Zero => first("zero"),
            Family::Mark | Family::PublicDomain => first("mark"),
            Family::Statement(code) => Some(format!("http://rightsstatements.org/vocab/{code}/1.0/")),
            Family::By(code) => {
                let code = match (code, self.version) {
                    ("by-nc-nd", Some("1.0")) => FIRST_ND_NC,
                    (FIRST_ND_NC, version) if version != Some("1.0") => return None,
                    (code, _) => code,
                };
                let root = "https://creativecommons.org/licenses";
                match (self.version, self.port) {
                    // Version 2.1 was made for countries only, 4.0 for none, 3.0 alone for organisations (IGO).
                    (Some("2.1"), None) | (None | Some("4.0"), Some(_)) => None,
                    (version, Some("igo")) if version != Some("3.0") => None,
                    (version, None) => Some(format!("{root}/{code}/{}/", version.unwrap_or("4.0"))),
                    (Some(version), Some(port)) => Some(format!("{root}/{code}/{version}/{port}/")),
                }
            }
        }
    }
}

/// [`Iterator::reduce`] with a step that may refuse.
trait ReduceAll: Iterator + Sized {
    fn reduce_all(mut self, mut step: impl FnMut(Self::Item, Self::Item) -> Option<Self::Item>) -> Option<Self::Item> {
        let first = self.next()?;
        self.try_fold(first, &mut step)
    }
}

impl<I: Iterator> ReduceAll for I {}
