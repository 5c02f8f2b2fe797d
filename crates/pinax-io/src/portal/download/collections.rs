//! The collections of a download. It tells codes with each record, and in some forms the portal's number; never a name.

use std::collections::HashSet;

use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::{Error, ErrorKind, Result};

use super::index::{Index, broken_index};
use crate::portal::numbers::folded;

/// Collections shown in a message.
const SHOWN: usize = 10;

/// Records with the same codes (and number).
struct Group {
    id: i64,
    collid: Option<u32>,
    institution_code: Option<String>,
    collection_code: Option<String>,
}

impl Group {
    fn has_codes(&self, institution: &str, collection: Option<&str>) -> bool {
        let same = |own: &Option<String>, code: &str| own.as_ref().is_some_and(|own| folded(own) == folded(code));
        same(&self.institution_code, institution) && collection.is_none_or(|code| same(&self.collection_code, code))
    }

    /// What tells its collection from others.
    fn collection(&self) -> String {
        let code = |code: &Option<String>| folded(code.as_deref().unwrap_or_default());
        match self.collid {
            Some(collid) => collid.to_string(),
            None => format!("{}:{}", code(&self.institution_code), code(&self.collection_code)),
        }
    }

    fn shown(&self) -> String {
        let code = self.collection_code.as_ref().map(|code| format!(":{code}")).unwrap_or_default();
        let collid = self.collid.map(|collid| format!(" (collid {collid})")).unwrap_or_default();
        format!("{}{code}{collid}", self.institution_code.as_deref().unwrap_or("?"))
    }
}

impl Index {
    /// Finds the only collection `key` names.
    pub(crate) fn collection(&self, key: &CollectionKey) -> Result<Collection> {
        let groups = self.groups()?;
        let tells_codes = groups.iter().any(|group| group.institution_code.is_some());
        let tells_collid = groups.iter().any(|group| group.collid.is_some());
        let fitting: Vec<&Group> = match key {
            CollectionKey::Collid(collid) if tells_collid => {
                groups.iter().filter(|group| group.collid == Some(*collid)).collect()
            }
            CollectionKey::Code { institution_code, collection_code } if tells_codes => {
                groups.iter().filter(|group| group.has_codes(institution_code, collection_code.as_deref())).collect()
            }
            // The download does not say: it must then be of one collection, and a person chose it.
            _ => groups.iter().collect(),
        };
        let collections: HashSet<String> = fitting.iter().map(|group| group.collection()).collect();
        if groups.is_empty() {
            return Err(Error::new(
                ErrorKind::NotFound,
                format!("no record of {key} is in the download: it holds none"),
            )
            .hint("download the collection's records from the portal"));
        }
        let shown = |groups: &[&Group]| {
            let names: Vec<String> = groups.iter().take(SHOWN).map(|group| group.shown()).collect();
            names.join(", ") + if groups.len() > SHOWN { ", …" } else { "" }
        };
        match collections.len() {
            0 => Err(Error::new(ErrorKind::NotFound, format!("no record of {key} is in the download"))
                .hint(format!("it holds records of {}", shown(&groups.iter().collect::<Vec<_>>())))),
            1 => Ok(self.as_told(key, &fitting)),
            _ => {
                let told = format!("the download holds several collections that may be {key}: {}", shown(&fitting));
                Err(Error::new(ErrorKind::Conflict, told)
                    .hint("name it by institutionCode:collectionCode, or download one collection alone"))
            }
        }
    }

    fn as_told(&self, key: &CollectionKey, fitting: &[&Group]) -> Collection {
        let first = fitting.first();
        let (mut institution_code, mut collection_code) = (
            first.and_then(|group| group.institution_code.clone()),
            first.and_then(|group| group.collection_code.clone()),
        );
        let mut collid = first.and_then(|group| group.collid);
        match key {
            CollectionKey::Collid(number) => collid = Some(*number),
            CollectionKey::Code { institution_code: asked, collection_code: code } if institution_code.is_none() => {
                institution_code = Some(asked.clone());
                collection_code = code.clone();
            }
            CollectionKey::Code { .. } => {}
        }
        let institution_code = institution_code.unwrap_or_default();
        let codes = match &collection_code {
            Some(code) => format!("{institution_code}:{code}"),
            None => institution_code.clone(),
        };
        let name = self.collection_name.clone().unwrap_or(codes);
        Collection { collid, institution_code, collection_code, name }
    }

    /// The groups of a collection, as a list for SQL. Where a record has codes of its own, the portal's number tells
    /// that it belongs there all the same.
    pub(super) fn among(&self, collection: &Collection) -> Result<String> {
        let groups = self.groups()?;
        let belongs = |group: &&Group| match (group.collid, collection.collid) {
            (Some(own), Some(collid)) => own == collid,
            _ => {
                group.institution_code.is_none()
                    || group.has_codes(&collection.institution_code, collection.collection_code.as_deref())
            }
        };
        let ids: Vec<String> = groups.iter().filter(belongs).map(|group| group.id.to_string()).collect();
        Ok(ids.join(", "))
    }

    fn groups(&self) -> Result<Vec<Group>> {
        let query = "SELECT id, collid, institution_code, collection_code FROM collections ORDER BY id";
        let mut statement = self.db.prepare_cached(query).map_err(broken_index)?;
        let group = |row: &rusqlite::Row<'_>| {
            Ok(Group {
                id: row.get(0)?,
                collid: row.get::<_, Option<i64>>(1)?.and_then(|collid| collid.try_into().ok()),
                institution_code: row.get(2)?,
                collection_code: row.get(3)?,
            })
        };
        let rows = statement.query_map([], group).map_err(broken_index)?;
        rows.collect::<rusqlite::Result<_>>().map_err(broken_index)
    }
}
