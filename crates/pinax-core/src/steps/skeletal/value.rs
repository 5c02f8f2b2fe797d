//! One value -> what its column can hold, or why not.

use std::borrow::Cow;

use crate::nouns::skeletal::FieldKind;

use super::date;

/// Why a value is not used: what is wrong (to be put after `VALUE `), and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) what: String,
    pub(super) hint: Option<&'static str>,
}

impl Fault {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

/// How much of a value is shown to a person.
const SHOWN_CHARS: usize = 60;

/// The value for a person, on one line.
pub(super) fn shown(value: &str) -> String {
    let mut short: String = value.chars().take(SHOWN_CHARS).collect::<String>().escape_debug().to_string();
    short = short.replace("\\'", "'").replace("\\\"", "\"");
    if value.chars().nth(SHOWN_CHARS).is_some() { format!("`{short}…`") } else { format!("`{short}`") }
}

/// Checks a trimmed value that is not empty against the column it is for.
pub(super) fn check<'v>(value: &'v str, kind: FieldKind) -> Result<Cow<'v, str>, Fault> {
    let long = matches!(kind, FieldKind::LongText { .. });
    let line_break = |character: char| long && matches!(character, '\n' | '\r');
    if value.chars().any(|character| character.is_control() && !line_break(character)) {
        return Err(Fault::new("holds a control character (a tab or a line break, perhaps)")
            .hint("write it on one line, without tabs"));
    }
    if value.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Fault::new("has lost a letter (`\u{fffd}`)").hint("write it again; save the file as UTF-8"));
    }
    match kind {
        FieldKind::Text { max_chars } => narrow(value, max_chars),
        FieldKind::LongText { max_bytes } => {
            let text = if value.contains('\r') {
                Cow::Owned(value.replace("\r\n", "\n").replace('\r', "\n"))
            } else {
                Cow::Borrowed(value)
            };
            if text.len() > max_bytes {
                return Err(
                    Fault::new(format!("has {} bytes; the portal holds {max_bytes}", text.len())).hint("shorten it")
                );
            }
            Ok(text)
        }
        FieldKind::Integer { min, max } => integer(value, min, max),
        FieldKind::Decimal { min, max, fraction_digits } => decimal(value, min, max, fraction_digits),
        FieldKind::Date => match date::read(value) {
            Some(day) => Ok(Cow::Owned(day.iso)),
            None => Err(Fault::new("cannot be read as a date").hint(DATE_HINT)),
        },
    }
}

/// How a date is written so that it is surely understood.
pub(super) const DATE_HINT: &str = "write it as year-month-day (1899-07-04); a month is 1899-07, a year 1899";

/// Checks the width of one line of text.
pub(super) fn narrow(value: &str, max_chars: usize) -> Result<Cow<'_, str>, Fault> {
    let chars = value.chars().count();
    if chars > max_chars {
        return Err(Fault::new(format!("has {chars} characters; the portal holds {max_chars}")).hint("shorten it"));
    }
    Ok(Cow::Borrowed(value))
}

fn integer(value: &str, min: i64, max: i64) -> Result<Cow<'_, str>, Fault> {
    let plain = value.replace('\u{2212}', "-");
    match plain.parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(Cow::Owned(number.to_string())),
        Ok(_) => Err(Fault::new(format!("is not between {min} and {max}"))),
        Err(_) => Err(Fault::new("is no whole number").hint(if plain.contains(['.', ',']) {
            "round it, and write it without point or comma"
        } else {
            "write digits only, without a unit"
        })),
    }
}

fn decimal(value: &str, min: f64, max: f64, fraction_digits: Option<usize>) -> Result<Cow<'_, str>, Fault> {
    let plain = value.replace('\u{2212}', "-");
    let plain = plain.strip_prefix('+').unwrap_or(&plain);
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole.strip_prefix('-').unwrap_or(whole)) || !digits(fraction) {
        return Err(Fault::new("is no decimal number").hint(if plain.contains(',') {
            "write a point, not a comma: 47.5"
        } else if plain.contains(['°', '\'', '"', '\u{2032}', '\u{2033}']) || plain.ends_with(char::is_alphabetic) {
            "write decimal degrees, south and west with a minus (-33.9); other forms go into verbatimCoordinates"
        } else {
            "write digits and one point: 47.5"
        }));
    }
    match plain.parse::<f64>() {
        Ok(number) if (min..=max).contains(&number) => {}
        _ => return Err(Fault::new(format!("is not between {min} and {max}"))),
    }
    match fraction_digits {
        Some(most) if fraction.len() > most => {
            Err(Fault::new(format!("has {} digits after the point; the portal holds {most}", fraction.len())))
        }
        _ => Ok(Cow::Owned(plain.to_owned())),
    }
}
