//! The pictures of one day, page by page.

use std::collections::HashSet;

use pinax_core::{Error, ErrorKind, Result};

use super::BisqueSource;
use super::page::Row;
use crate::calendar::Day;

/// A day never has more.
const MOST_IMAGES: usize = 500_000;

/// What a day gave.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Each picture once.
    pub(super) rows: Vec<Row>,
    /// Why there may be more: the day must be asked again.
    pub(super) fault: Option<Error>,
}

/// Asks for all pictures of a day.
///
/// # Errors
/// When a page could not be had; what came before it is not told, because the JPEG of a picture may be on that page.
pub(super) async fn gather(source: &BisqueSource, day: Day) -> Result<Gathered> {
    let limit = source.options.page_images;
    let mut gathered = Gathered::default();
    let mut seen: HashSet<String> = HashSet::new();
    let mut offset = 0;
    loop {
        let page = source.page(day, offset, limit).await?;
        let count = page.len();
        let before = seen.len();
        for row in page {
            if seen.insert(row.id.clone()) {
                gathered.rows.push(row);
            }
        }
        offset += count;
        if seen.len() == before && count > 0 {
            // The server does not count on. When it gave more than it was asked for, it knows no pages, and gave all.
            if count <= limit {
                let message = format!("the pages of {day} repeat: the server names the same {count} pictures again");
                gathered.fault = Some(
                    Error::new(ErrorKind::Io, message)
                        .hint("there may be more of that day than it tells; ask the administrator of the service"),
                );
            }
            return Ok(gathered);
        }
        if count < limit {
            return Ok(gathered);
        }
        if seen.len() > MOST_IMAGES {
            let message = format!("{day} has more than {MOST_IMAGES} pictures");
            return Err(Error::new(ErrorKind::Rejected, message).hint("make source.path longer, so that it fits fewer"));
        }
    }
}
