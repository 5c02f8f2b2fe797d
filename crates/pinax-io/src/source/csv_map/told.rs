//! What is told of rows that say too little: counted, with the first few lines.

use std::collections::BTreeMap;

use pinax_core::nouns::finding::Finding;

/// So many lines are named for one reason.
const SHOWN: usize = 5;

/// Why a row, or a part of it, is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    NoNumber,
    NoAddress,
    BadAddress,
    OtherAddress,
    Twice,
    TooWide,
    Latin1,
}

/// Counts, and the first lines, by reason.
#[derive(Debug, Default)]
pub(super) struct Told(BTreeMap<Fault, (u64, Vec<String>)>);

impl Told {
    pub(super) fn add(&mut self, fault: Fault, line: u64, why: &str) {
        let (count, shown) = self.0.entry(fault).or_default();
        *count += 1;
        if shown.len() < SHOWN {
            shown.push(if why.is_empty() { format!("line {line}") } else { format!("line {line} ({why})") });
        }
    }

    /// One finding a reason.
    pub(super) fn findings(self) -> Vec<Finding> {
        self.0.into_iter().map(|(fault, (count, shown))| finding(fault, count, &shown)).collect()
    }
}

fn finding(fault: Fault, count: u64, shown: &[String]) -> Finding {
    let more = if count > shown.len() as u64 { ", …" } else { "" };
    let lines = format!("{}{more}", shown.join(", "));
    let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
    let (told, hint) = match fault {
        Fault::NoNumber => {
            ("left out, because the catalog number is missing", "write it into the column catalogNumber")
        }
        Fault::NoAddress => ("left out, because the address is missing", "write it into the column originalUrl"),
        Fault::BadAddress => ("left out, because the address cannot be used", "copy the address from a browser"),
        Fault::OtherAddress => ("taken without a further address, which cannot be used", "copy it from a browser"),
        Fault::Twice => ("left out, because number and address came before", "one row a picture is enough"),
        Fault::TooWide => {
            ("left out, because there are more cells than columns", "quote cells that hold the delimiter")
        }
        Fault::Latin1 => {
            let message = format!("{rows} no UTF-8, and read as Latin-1: {lines}");
            return Finding::note(message).hint("save the table in UTF-8, if letters are wrong");
        }
    };
    Finding::warning(format!("{rows} {told}: {lines}")).hint(hint)
}
