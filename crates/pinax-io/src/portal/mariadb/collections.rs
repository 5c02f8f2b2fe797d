//! Finding a collection by its number or its codes.

use async_trait::async_trait;
use mysql_async::Row;
use mysql_async::prelude::Queryable;
use pinax_core::nouns::collection::{Collection, CollectionKey};

use super::fault::Fault;
use super::link::{Session, Work};
use super::rows::{number, text};
use crate::portal::choose::choose;

/// Finds the only collection `key` names.
pub(super) struct FindCollection<'a> {
    pub(super) key: &'a CollectionKey,
}

#[async_trait]
impl Work for FindCollection<'_> {
    type Answer = Collection;

    async fn on(&self, session: &mut Session) -> Result<Collection, Fault> {
        // A portal has hundreds of collections at most: all are read, so that a wrong code can be told with those near it.
        let query = "SELECT collID, institutionCode, collectionCode, collectionName FROM omcollections ORDER BY collID";
        let all: Vec<Collection> = session.conn.query::<Row, _>(query).await?.into_iter().map(collection).collect();
        choose(self.key, &all).map_err(Fault::Stop)
    }
}

fn collection(mut row: Row) -> Collection {
    Collection {
        collid: number(&mut row, 0),
        institution_code: text(&mut row, 1).unwrap_or_default(),
        collection_code: text(&mut row, 2).filter(|code| !code.is_empty()),
        name: text(&mut row, 3).unwrap_or_default(),
    }
}
