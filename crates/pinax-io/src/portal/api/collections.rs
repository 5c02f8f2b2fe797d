//! Finding a collection by its number or its codes: all are listed, page by page.

use pinax_core::Result;
use pinax_core::nouns::collection::{Collection, CollectionKey};

use super::client::Client;
use super::json::{Columns, not_understood, number, rows, text};
use crate::portal::choose::choose;

/// Collections of one page; the API gives 1000 at most. Their descriptions may be long.
const PAGE: usize = 200;
/// A portal has hundreds.
const MOST: usize = 20_000;

pub(super) async fn find(client: &Client, key: &CollectionKey) -> Result<Collection> {
    let mut all = Vec::new();
    while all.len() < MOST {
        let (limit, offset) = (PAGE.to_string(), all.len().to_string());
        let page = client.look("collection", &[("limit", &limit), ("offset", &offset)]).await?;
        let page = page.ok_or_else(not_understood)?;
        let page = rows(&page["results"])?;
        all.extend(page.iter().filter_map(|columns| collection(columns)));
        // `endOfRecords` is false always.
        if page.len() < PAGE {
            break;
        }
    }
    choose(key, &all)
}

fn collection(columns: &Columns) -> Option<Collection> {
    Some(Collection {
        collid: Some(number(columns, "collID")?),
        institution_code: text(columns, "institutionCode").unwrap_or_default(),
        collection_code: text(columns, "collectionCode"),
        name: text(columns, "collectionName").unwrap_or_default(),
    })
}
