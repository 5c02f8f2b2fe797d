//! Choosing a collection by its number or its codes, among all of a portal.

use pinax_core::nouns::collection::{Collection, CollectionKey};
use pinax_core::{Error, ErrorKind, Result};

use crate::portal::numbers::folded;

/// Codes shown when none fits.
const SHOWN: usize = 10;

/// The only one of `all` that `key` names.
///
/// # Errors
/// [`ErrorKind::NotFound`] and [`ErrorKind::Conflict`], with those near it or those that fit.
pub(crate) fn choose(key: &CollectionKey, all: &[Collection]) -> Result<Collection> {
    let mut fitting: Vec<&Collection> = all.iter().filter(|one| fits(key, one)).collect();
    match (fitting.pop(), fitting.is_empty()) {
        (Some(only), true) => Ok(only.clone()),
        (None, _) => Err(none(key, all)),
        (Some(last), false) => {
            fitting.push(last);
            Err(several(key, &fitting))
        }
    }
}

fn fits(key: &CollectionKey, one: &Collection) -> bool {
    match key {
        CollectionKey::Collid(collid) => one.collid == Some(*collid),
        CollectionKey::Code { institution_code, collection_code } => {
            let same = |code: &String| one.collection_code.as_ref().is_some_and(|own| folded(own) == folded(code));
            folded(&one.institution_code) == folded(institution_code) && collection_code.as_ref().is_none_or(same)
        }
    }
}

fn shown(one: &Collection) -> String {
    let code = one.collection_code.as_ref().map(|code| format!(":{code}")).unwrap_or_default();
    format!("{}{code} (collid {})", one.institution_code, one.collid.unwrap_or_default())
}

fn none(key: &CollectionKey, all: &[Collection]) -> Error {
    let error = Error::new(ErrorKind::NotFound, format!("the portal has no collection {key}"));
    if all.is_empty() {
        return error.hint("the portal has no collection at all: check portal.url");
    }
    // Those of the same institution first, then those that begin alike.
    let wanted = match key {
        CollectionKey::Collid(_) => String::new(),
        CollectionKey::Code { institution_code, .. } => folded(institution_code),
    };
    let alike = |one: &Collection| {
        folded(&one.institution_code).chars().zip(wanted.chars()).take_while(|(own, asked)| own == asked).count()
    };
    let mut near: Vec<&Collection> = all.iter().collect();
    near.sort_by_key(|one| std::cmp::Reverse(alike(one)));
    let names: Vec<String> = near.iter().take(SHOWN).map(|one| shown(one)).collect();
    let more = if all.len() > SHOWN { ", …" } else { "" };
    error.hint(format!("it has {}{more}", names.join(", ")))
}

fn several(key: &CollectionKey, fitting: &[&Collection]) -> Error {
    let names: Vec<String> = fitting.iter().take(SHOWN).map(|one| shown(one)).collect();
    Error::new(
        ErrorKind::Conflict,
        format!("{} collections of the portal are called {key}: {}", fitting.len(), names.join(", ")),
    )
    .hint("say which one with collid = its number")
}
