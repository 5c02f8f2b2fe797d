//! Text -> rows of cells, with the lines they start on.

use std::borrow::Cow;

use crate::nouns::reason::Reason;

use super::unusable;

/// A text read row by row.
pub(super) struct Table<'t> {
    text: &'t str,
    separator: u8,
    at: usize,
    line: u64,
}

/// One row.
pub(super) struct Row<'t> {
    /// The line it starts on; the first is 1.
    pub(super) line: u64,
    /// Its cells, no more than were asked for.
    pub(super) cells: Vec<Cell<'t>>,
    /// Does it say something beyond the cells that were asked for?
    pub(super) too_long: bool,
    /// The line of a closing quote that is followed by text: where the cells end is not known.
    pub(super) broken_at: Option<u64>,
}

/// One cell as it stands in the file, without the quotes around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell<'t> {
    raw: &'t str,
    doubled_quotes: bool,
}

impl<'t> Cell<'t> {
    /// Its length in the file, in bytes, without white space at the ends.
    pub(super) fn len(&self) -> usize {
        self.raw.trim().len()
    }

    /// Nothing but white space?
    pub(super) fn is_empty(&self) -> bool {
        self.raw.trim().is_empty()
    }

    /// What it says, trimmed.
    pub(super) fn text(&self) -> Cow<'t, str> {
        let raw = self.raw.trim();
        if self.doubled_quotes { Cow::Owned(raw.replace("\"\"", "\"")) } else { Cow::Borrowed(raw) }
    }
}

impl Row<'_> {
    /// A row of empty cells?
    pub(super) fn says_nothing(&self) -> bool {
        !self.too_long && self.broken_at.is_none() && self.cells.iter().all(Cell::is_empty)
    }
}

impl<'t> Table<'t> {
    /// `separator` is an ASCII character.
    pub(super) fn new(text: &'t str, separator: u8) -> Self {
        Self { text, separator, at: 0, line: 1 }
    }

    /// The next row that is no empty line, with at most `width` cells; `None` at the end.
    ///
    /// # Errors
    /// A quote is opened and never closed.
    pub(super) fn next_row(&mut self, width: usize) -> Result<Option<Row<'t>>, Reason> {
        while matches!(self.byte(), Some(b'\r' | b'\n')) {
            self.end_line();
        }
        if self.byte().is_none() {
            return Ok(None);
        }
        let mut row = Row { line: self.line, cells: Vec::new(), too_long: false, broken_at: None };
        loop {
            let cell = self.cell()?;
            if row.cells.len() < width {
                row.cells.push(cell);
            } else {
                row.too_long |= !cell.is_empty();
            }
            match self.byte() {
                Some(byte) if byte == self.separator => self.at += 1,
                None => return Ok(Some(row)),
                Some(b'\r' | b'\n') => {
                    self.end_line();
                    return Ok(Some(row));
                }
                Some(_) => {
                    row.broken_at = Some(self.line);
                    self.at = self.end_of_plain(false);
                }
            }
        }
    }

    /// Reads a cell up to what follows it: a separator, the end of the line, the end of the text, or, where text
    /// follows a closing quote, that text.
    fn cell(&mut self) -> Result<Cell<'t>, Reason> {
        let begin = self.at;
        self.skip_spaces();
        if self.byte() != Some(b'"') {
            self.at = self.end_of_plain(true);
            return Ok(Cell { raw: &self.text[begin..self.at], doubled_quotes: false });
        }
        let opened_on = self.line;
        self.at += 1;
        let begin = self.at;
        let mut doubled_quotes = false;
        loop {
            match self.byte() {
                None => {
                    return Err(unusable(format!("the quote that opens in line {opened_on} is never closed"))
                        .hint("close it, or write a quote that is part of the text twice (\"\") inside quotes"));
                }
                Some(b'\r' | b'\n') => self.end_line(),
                Some(b'"') if self.text.as_bytes().get(self.at + 1) == Some(&b'"') => {
                    doubled_quotes = true;
                    self.at += 2;
                }
                Some(b'"') => break,
                Some(_) => self.at += 1,
            }
        }
        let raw = &self.text[begin..self.at];
        self.at += 1;
        self.skip_spaces();
        Ok(Cell { raw, doubled_quotes })
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_spaces(&mut self) {
        while self.byte() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Where the line ends, or the next separator stands.
    fn end_of_plain(&self, at_separator: bool) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let ends = |byte: &u8| matches!(byte, b'\r' | b'\n') || (at_separator && *byte == self.separator);
        rest.iter().position(ends).map_or(self.text.len(), |length| self.at + length)
    }

    fn end_line(&mut self) {
        let two = self.text.as_bytes()[self.at..].starts_with(b"\r\n");
        self.at += if two { 2 } else { 1 };
        self.line += 1;
    }
}
