//! What people see: results on standard output, talk on standard error.

mod bar;
mod error;
mod plain;

use std::fmt;
use std::io::{ErrorKind, IsTerminal as _, Write as _};

use anyhow::Context as _;

pub(crate) use error::{failure, finding, lines_of};

use pinax_core::ports::progress::Progress;

/// Writes a result to standard output.
///
/// # Errors
/// When it cannot be written, but for a reader that went away: what is not read need not be written.
pub(crate) fn result(text: fmt::Arguments<'_>) -> anyhow::Result<()> {
    let written = std::io::stdout().lock().write_fmt(text);
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("could not write to standard output"),
        _ => Ok(()),
    }
}

/// Writes talk to standard error. Talk that cannot be heard is no reason to stop.
pub(crate) fn talk(text: fmt::Arguments<'_>) {
    let _ = std::io::stderr().lock().write_fmt(text);
}

/// A line of a result, as `println!` takes it.
macro_rules! say {
    ($($text:tt)*) => { $crate::show::result(format_args!("{}\n", format_args!($($text)*)))? };
}

/// A line of talk, as `eprintln!` takes it.
macro_rules! tell {
    ($($text:tt)*) => { $crate::show::talk(format_args!("{}\n", format_args!($($text)*))) };
}

pub(crate) use {say, tell};

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
