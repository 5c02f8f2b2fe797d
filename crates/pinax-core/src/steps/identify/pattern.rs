//! A name pattern: a PHP pattern with one capture, checked when the configuration is read.

use std::fmt;
use std::ops::Range;

use fancy_regex::{Regex, RegexBuilder};

use super::php;
use crate::nouns::error::{Error, ErrorKind, Result};

/// Steps a pattern with look-around may take on one name before it is given up.
const BACKTRACK_LIMIT: usize = 50_000;
/// Size a compiled pattern may take, bytes.
const SIZE_LIMIT_BYTES: usize = 1 << 20;
/// Names tried when a pattern is read, to see whether one of them takes too long.
const HOSTILE: [&str; 6] = ["0", "A", "a", "_", "A0", "0_a-"];

/// A pattern that finds the catalog number in a file name (extension included, as Symbiota matches it), and an
/// optional replacement applied to what was found.
pub struct NamePattern {
    shown: String,
    regex: Regex,
    group: Group,
    replace: Option<(Regex, String)>,
}

enum Group {
    First,
    Named(&'static str),
}

/// A group of this name is the catalog number, wherever it stands.
const GROUP_NAME: &str = "catalogNumber";

impl NamePattern {
    /// Reads a PHP pattern (`/^(WIS-L-\d{7})\D*/i`, or without the slashes), and optionally a pattern and a text as
    /// for `preg_replace`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when a pattern does not compile, uses an unknown flag, has no capture, or could take
    /// forever on some name.
    pub fn new(pattern: &str, replace: Option<(&str, &str)>) -> Result<Self> {
        let read = Self::for_key("identify.pattern", pattern)?;
        let replace = match replace {
            Some((from, to)) => Some((compile("identify.replace", from)?, php::translate_replacement(to))),
            None => None,
        };
        Ok(Self { replace, ..read })
    }

    /// The same without a replacement, for another key of the configuration.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn for_key(key: &str, pattern: &str) -> Result<Self> {
        let regex = compile(key, pattern)?;
        let group = if regex.capture_names().flatten().any(|name| name == GROUP_NAME) {
            Group::Named(GROUP_NAME)
        } else if regex.captures_len() > 1 {
            Group::First
        } else {
            return Err(Error::new(
                ErrorKind::Config,
                format!("{key} `{pattern}` has no capture, so nothing says what the catalog number is"),
            )
            .hint("put parentheses around the number: /^(TST\\d{8})\\D*/"));
        };
        Ok(Self { shown: pattern.to_owned(), regex, group, replace: None })
    }

    /// Where in `name` the catalog number stands.
    pub(super) fn capture(&self, name: &str) -> std::result::Result<Option<Range<usize>>, String> {
        let captures = self.regex.captures(name).map_err(|error| error.to_string())?;
        let found = captures.and_then(|captures| match self.group {
            Group::First => captures.get(1),
            Group::Named(group) => captures.name(group),
        });
        Ok(found.map(|found| found.start()..found.end()).filter(|range| !range.is_empty()))
    }

    /// The number as it shall be looked up.
    pub(super) fn replaced(&self, number: &str) -> std::result::Result<String, String> {
        match &self.replace {
            None => Ok(number.to_owned()),
            Some((from, to)) => from
                .try_replacen(number, 0, to.as_str())
                .map(std::borrow::Cow::into_owned)
                .map_err(|error| error.to_string()),
        }
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NamePattern({})", self.shown)
    }
}

fn compile(what: &str, pattern: &str) -> Result<Regex> {
    let refuse = |why: String, hint: &str| {
        Err(Error::new(ErrorKind::Config, format!("{what} `{pattern}` {why}")).hint(hint.to_owned()))
    };
    let parts = php::split(pattern);
    if parts.body.starts_with('/') {
        return refuse(
            "has no slash at its end, or unknown flags behind it".to_owned(),
            "write /pattern/ or /pattern/i",
        );
    }
    let body = php::translate(parts.body);
    let mut builder = RegexBuilder::new(&body);
    builder.backtrack_limit(BACKTRACK_LIMIT).delegate_size_limit(SIZE_LIMIT_BYTES).max_prog_size(SIZE_LIMIT_BYTES);
    for flag in parts.flags.chars() {
        match flag {
            'i' => builder.case_insensitive(true),
            'm' => builder.multi_line(true),
            's' => builder.dot_matches_new_line(true),
            'x' => builder.ignore_whitespace(true),
            // Names are always matched as UTF-8, and never end in a line break.
            'u' | 'D' => &mut builder,
            other => {
                return refuse(format!("has the flag `{other}`"), "flags i, m, s, x, u and D are understood");
            }
        };
    }
    let regex = match builder.build() {
        Ok(regex) => regex,
        Err(error) => {
            return refuse(format!("does not compile: {error}"), "look for unbalanced parentheses");
        }
    };
    // Without look-around and back-references the engine takes time in proportion to the name, whatever the pattern.
    if regex_syntax::Parser::new().parse(&body).is_err() {
        if php::repeats_within_repeats(&body) {
            return refuse(
                "repeats a group that itself repeats, and could take forever on some file name".to_owned(),
                "take one of the two + or * away, or the look-around or back-reference",
            );
        }
        for piece in HOSTILE {
            let name = piece.repeat(255 / piece.len());
            for end in ["", "!", ".jpg"] {
                if regex.is_match(format!("{name}{end}").as_str()).is_err() {
                    return refuse(
                        format!("takes too long on a name such as {}…", &name[..12.min(name.len())]),
                        "use fewer + and *, or leave out the look-around or back-reference",
                    );
                }
            }
        }
    }
    Ok(regex)
}
