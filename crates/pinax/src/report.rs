//! A report of a batch: one page with everything in it, and one table.

mod html;
mod pictures;
mod table;

pub(crate) use html::{Page, Totals};
pub(crate) use pictures::Pictures;
pub(crate) use table::{Table, harmless};
