//! What people see: results on standard output, talk on standard error.

mod bar;
mod error;
mod plain;

use std::io::IsTerminal as _;

pub(crate) use error::{failure, finding, lines_of};

use pinax_core::ports::progress::Progress;

/// A bar on a terminal, plain lines elsewhere.
pub(crate) fn progress() -> Box<dyn Progress> {
    if std::io::stderr().is_terminal() { Box::new(bar::Bar::new()) } else { Box::new(plain::Plain::new()) }
}

/// A number with thin groups: `12 345`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// `1 picture`, `2 pictures`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}
