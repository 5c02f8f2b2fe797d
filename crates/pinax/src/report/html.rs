//! The page of a batch: self-contained HTML, escaped throughout.

use std::fmt;
use std::io::Write;

use pinax_core::nouns::batch::{Batch, BatchItem, Outcome};
use pinax_core::nouns::media::{Derivative, Variant};
use pinax_core::ports::ledger::BatchCounts;

use crate::{show, time};

const STYLE: &str = include_str!("../../assets/report.css");

/// What stands at the head of a page.
pub(crate) struct Totals<'a> {
    pub(crate) batch: &'a Batch,
    pub(crate) collection: String,
    pub(crate) source: String,
    pub(crate) store: String,
    pub(crate) portal: String,
    pub(crate) counts: BatchCounts,
    /// Links are on the portal when they are made; else a person imports them.
    pub(crate) direct: bool,
}

/// Writes a page section by section.
pub(crate) struct Page<W: Write> {
    out: W,
    open: bool,
}

impl<W: Write> Page<W> {
    pub(crate) fn begin(mut out: W, totals: &Totals<'_>) -> anyhow::Result<Self> {
        let Totals { batch, collection, source, store, portal, counts, direct } = totals;
        let title = format!("Batch {} · {}", batch.id, batch.profile);
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\
             <title>{title}</title><style>{STYLE}</style>\n<header><h1>{title}</h1>\n<p>{from} to {to}</p>\n<dl>",
            title = Escaped(&title),
            from = time::utc(batch.started_ms),
            to = batch.ended_ms.map_or_else(|| "now: not ended yet".to_owned(), time::utc),
        )?;
        for (label, value) in [("collection", collection), ("source", source), ("store", store), ("portal", portal)] {
            write!(out, "<dt>{label}</dt><dd>{}</dd>", Escaped(value))?;
        }
        write!(out, "</dl>\n<nav>")?;
        for (class, label, number) in [
            ("failed", "failed", counts.failed),
            ("review", "to review", counts.review),
            ("linked", if *direct { "linked" } else { "for import" }, counts.linked),
            ("nothing", "needed nothing", counts.needed_nothing),
            ("skipped", "left alone", counts.skipped),
            ("rejected", "rejected", counts.rejected),
            ("undone", "taken back", counts.undone),
            ("way", "on the way", counts.on_the_way),
        ] {
            if number > 0 {
                write!(out, "<a class=\"{class}\" href=\"#{class}\"><b>{}</b> {label}</a>", show::grouped(number))?;
            }
        }
        writeln!(out, "</nav></header>")?;
        Ok(Self { out, open: false })
    }

    /// Begins a section; `class` is one of those in the head.
    pub(crate) fn section(&mut self, class: &str, title: &str) -> anyhow::Result<()> {
        self.close()?;
        writeln!(
            self.out,
            "<section id=\"{class}\" class=\"{class}\"><h2>{}</h2><div class=\"cards\">",
            Escaped(title)
        )?;
        self.open = true;
        Ok(())
    }

    /// One item; `picture` is a data address.
    pub(crate) fn card(
        &mut self,
        item: &BatchItem,
        derivatives: &[Derivative],
        picture: Option<&str>,
        barcode: Option<&str>,
    ) -> anyhow::Result<()> {
        let uri = |variant| derivatives.iter().find(|file| file.variant == variant).map(|file| file.uri.as_str());
        let file = item.image.locator.to_string();
        write!(self.out, "<article>")?;
        match (picture, uri(Variant::Medium)) {
            (Some(picture), Some(medium)) => write!(
                self.out,
                "<a href=\"{}\"><img loading=\"lazy\" alt=\"\" src=\"{}\"></a>",
                Escaped(medium),
                Escaped(picture)
            )?,
            (Some(picture), None) => {
                write!(self.out, "<img loading=\"lazy\" alt=\"\" src=\"{}\">", Escaped(picture))?;
            }
            (None, _) => write!(self.out, "<div class=\"none\">no picture</div>")?,
        }
        write!(self.out, "<div class=\"text\">")?;
        if let Some(identity) = &item.identity {
            write!(self.out, "<h3>{}</h3>", Escaped(identity.catalog_number.as_str()))?;
        }
        write!(self.out, "<p class=\"file\">{}</p>", Escaped(&file))?;
        if let Some(reason) = &item.reason {
            write!(self.out, "<p class=\"reason\"><code>{}</code> {}</p>", reason.code, Escaped(&reason.message))?;
            if let Some(hint) = &reason.hint {
                write!(self.out, "<p class=\"hint\">{}</p>", Escaped(hint))?;
            }
        }
        if let Some(barcode) = barcode {
            write!(
                self.out,
                "<p><img class=\"barcode\" loading=\"lazy\" alt=\"its barcode\" src=\"{}\"></p>",
                Escaped(barcode)
            )?;
        }
        if item.outcome == Some(Outcome::Done) {
            if let Some(occid) = item.occid {
                write!(self.out, "<p class=\"record\">occid {occid}</p>")?;
            }
            if let Some(original) = uri(Variant::Original) {
                write!(self.out, "<p class=\"address\"><a href=\"{0}\">{0}</a></p>", Escaped(original))?;
            }
        }
        writeln!(self.out, "</div></article>")?;
        Ok(())
    }

    /// Says that the rest of a section stands in the table.
    pub(crate) fn more(&mut self, number: u64) -> anyhow::Result<()> {
        writeln!(self.out, "</div><p>and {} more: see the table beside this page</p><div>", show::grouped(number))?;
        Ok(())
    }

    pub(crate) fn end(mut self) -> anyhow::Result<()> {
        self.close()?;
        writeln!(self.out, "</html>")?;
        self.out.flush()?;
        Ok(())
    }

    fn close(&mut self) -> anyhow::Result<()> {
        if std::mem::take(&mut self.open) {
            writeln!(self.out, "</div></section>")?;
        }
        Ok(())
    }
}

/// Text for HTML, in elements and in quoted attributes.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn nothing_gets_out_of_its_element() {
        let text = "<script>\"x\" & 'y'</script>";
        assert_eq!(Escaped(text).to_string(), "&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/script&gt;");
    }
}
