//! The table of a batch, as CSV.

use std::io::Write;

use pinax_core::nouns::batch::BatchItem;
use pinax_core::nouns::media::{Derivative, Variant};

/// Writes one line for each item.
pub(crate) struct Table<W: Write>(csv::Writer<W>);

impl<W: Write> Table<W> {
    pub(crate) fn begin(out: W) -> anyhow::Result<Self> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record([
            "file",
            "outcome",
            "reason",
            "catalogNumber",
            "occid",
            "mediaRecordID",
            "originalUrl",
            "url",
            "thumbnailUrl",
            "sha256",
            "message",
            "hint",
        ])?;
        Ok(Self(table))
    }

    pub(crate) fn item(&mut self, item: &BatchItem, derivatives: &[Derivative]) -> anyhow::Result<()> {
        let uri = |variant| {
            let of = derivatives.iter().find(|derivative| derivative.variant == variant);
            of.map(|derivative| derivative.uri.to_string()).unwrap_or_default()
        };
        let reason = item.reason.as_ref();
        let cells = [
            item.image.locator.to_string(),
            item.outcome.map_or("on its way", |outcome| outcome.as_str()).to_owned(),
            reason.map(|reason| reason.code.to_string()).unwrap_or_default(),
            item.identity.as_ref().map(|identity| identity.catalog_number.to_string()).unwrap_or_default(),
            item.occid.filter(|occid| !occid.is_stand_in()).map(|occid| occid.to_string()).unwrap_or_default(),
            item.record_id.clone().unwrap_or_default(),
            uri(Variant::Original),
            uri(Variant::Medium),
            uri(Variant::Thumbnail),
            item.sha256.map(|sum| sum.to_string()).unwrap_or_default(),
            reason.map(|reason| reason.message.clone()).unwrap_or_default(),
            reason.and_then(|reason| reason.hint.clone()).unwrap_or_default(),
        ];
        self.0.write_record(cells.iter().map(|cell| harmless(cell)))?;
        Ok(())
    }

    pub(crate) fn end(mut self) -> anyhow::Result<()> {
        self.0.flush()?;
        Ok(())
    }
}

/// A spreadsheet would run a cell that begins like a formula; an apostrophe makes it text.
pub(crate) fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(harmless("TST1.jpg"), "TST1.jpg");
    }
}
