//! Identify: file name -> catalog number, and place among the pictures of the specimen.

mod barcode_rule;
mod check_digit;
mod pattern;
mod php;
mod suffix;

pub use barcode_rule::BarcodeRule;
pub use check_digit::CheckDigit;
pub use pattern::NamePattern;
pub use suffix::{is_derivative, rank};

use crate::nouns::batch::Identity;
use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::source_image::Locator;

/// File extensions that are taken for pictures; anything else in a source is left alone.
pub const PICTURE_EXTENSIONS: [&str; 16] = [
    "jpg", "jpeg", "jpe", "jfif", "png", "tif", "tiff", "gif", "webp", "bmp", "heic", "heif", "jp2", "dng", "cr2",
    "nef",
];

/// Does the file name say that this is a picture?
#[must_use]
pub fn is_picture(locator: &Locator) -> bool {
    PICTURE_EXTENSIONS.contains(&locator.extension().as_str())
}

/// Who a picture is when a table says so: the number of the table, with the place that the name says. A name from which
/// no number can be read contradicts nothing.
///
/// # Errors
/// The table's number is none, or the name says another.
pub fn told_by_table(told: &str, by_name: Result<Identity, Reason>) -> Result<Identity, Reason> {
    let catalog_number =
        CatalogNumber::new(told).map_err(|error| Reason::from_error(ReasonCode::TableContradicts, &error))?;
    match by_name {
        Err(_) => Ok(Identity { catalog_number, suffix: String::new(), rank: 0 }),
        Ok(named) if named.catalog_number == catalog_number => Ok(named),
        Ok(named) => {
            let message = format!("the table says {catalog_number}, the file name {}", named.catalog_number);
            Err(Reason::new(ReasonCode::TableContradicts, message)
                .hint("correct the table or the name, or say which is right: pinax review assign"))
        }
    }
}

/// Reads catalog number and place from the name of `locator`. A number has at most `max_chars` characters. What is only
/// doubtful, a cut number or a derivative's name, is believed when `accepted`: a person said so.
///
/// # Errors
/// The reason why a person must look: the name does not match, is not text, the captured number is cut out of a
/// longer run of digits (another specimen's number, perhaps), or the name is that of a derivative.
pub fn identify(
    pattern: &NamePattern,
    max_chars: usize,
    locator: &Locator,
    accepted: bool,
) -> Result<Identity, Reason> {
    let name = locator.file_name_text().map_err(|error| Reason::from_error(ReasonCode::NameNotText, &error))?;
    let stem = name.rfind('.').filter(|dot| *dot > 0).map_or(name, |dot| &name[..dot]);
    let captured = match pattern.capture(name) {
        Ok(Some(range)) => range,
        Ok(None) => {
            return Err(Reason::new(ReasonCode::NameNotMatched, format!("the file name does not match {pattern}"))
                .hint("rename the file, or mend identify.pattern"));
        }
        Err(why) => {
            return Err(Reason::new(ReasonCode::NameNotMatched, format!("{pattern} could not be matched: {why}"))
                .hint("use a simpler identify.pattern"));
        }
    };
    let raw = &name[captured.clone()];
    if let Some(longer) = longer_number(name, captured.clone())
        && !accepted
    {
        return Err(Reason::new(
            ReasonCode::NumberCutShort,
            format!("{pattern} takes `{raw}` out of the longer number `{longer}`, which may be another specimen's"),
        )
        .hint("let the pattern take the whole number, for example \\d+ in place of \\d{7}"));
    }
    let catalog_number = number(pattern, max_chars, raw)?;
    let suffix = stem.get(captured.end..).unwrap_or_default().to_owned();
    if is_derivative(&suffix) && !accepted {
        return Err(Reason::new(
            ReasonCode::DerivativeName,
            format!("`{suffix}` says that this is a smaller copy of another picture"),
        )
        .hint("remove it from the source (the sizes are made here), or rename it"));
    }
    Ok(Identity { catalog_number, rank: rank(&suffix), suffix })
}

/// The number of a captured text, as `identify.replace` makes it.
///
/// # Errors
/// When it cannot be a number of at most `max_chars` characters.
fn number(pattern: &NamePattern, max_chars: usize, captured: &str) -> Result<CatalogNumber, Reason> {
    let refused = |message: String| Reason::new(ReasonCode::NumberRefused, message);
    let number = pattern.replaced(captured).map_err(|why| refused(format!("identify.replace failed: {why}")))?;
    let number = CatalogNumber::new(&number).map_err(|error| Reason::from_error(ReasonCode::NumberRefused, &error))?;
    match number.as_str().chars().count() {
        length if length > max_chars => Err(refused(format!(
            "the catalog number `{number}` has {length} characters; the portal's column holds {max_chars}"
        ))),
        _ => Ok(number),
    }
}

/// The number in a cell of a table: what the pattern for file names takes out of it, else the text as it is.
///
/// # Errors
/// When it cannot be a number of at most `max_chars` characters.
pub fn number_in(pattern: &NamePattern, max_chars: usize, text: &str) -> Result<CatalogNumber, Reason> {
    match pattern.capture(text) {
        Ok(Some(range)) => number(pattern, max_chars, &text[range]),
        _ => number(pattern, max_chars, text),
    }
}

/// The whole run of letters and digits around `captured`, when its first or last digit is cut off from others.
fn longer_number(name: &str, captured: std::ops::Range<usize>) -> Option<&str> {
    let bytes = name.as_bytes();
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let cut_after = captured.end > captured.start && digit(captured.end - 1) && digit(captured.end);
    let cut_before = captured.start > 0 && digit(captured.start) && digit(captured.start - 1);
    if !cut_after && !cut_before {
        return None;
    }
    let mut range = captured;
    while digit(range.end) {
        range.end += 1;
    }
    while range.start > 0 && digit(range.start) && digit(range.start - 1) {
        range.start -= 1;
    }
    Some(&name[range])
}
