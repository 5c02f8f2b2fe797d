//! What a run will need of the API, looked at before it begins. Nothing is changed: the token is tried on a row that
//! cannot be, and on a record without any content.

use pinax_core::nouns::collection::CollectionKey;
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::matching::MatchField;
use pinax_core::{ErrorKind, Result};
use reqwest::Method;
use serde_json::{Map, Value};

use super::client::Client;
use super::collections;
use super::fault::Fault;
use super::json::text;

pub(super) async fn check(client: &Client, key: &CollectionKey, match_on: &[MatchField]) -> Vec<Finding> {
    let mut findings = Vec::new();
    match status(client).await {
        Ok(finding) => findings.push(finding),
        Err(error) => return vec![error.into()],
    }
    let collid = match collections::find(client, key).await {
        Ok(found) => {
            findings.push(Finding::fine(format!("collection {key}: {}", found.name)));
            found.collid
        }
        Err(error) => {
            findings.push(error.into());
            None
        }
    };
    findings.extend(token(client, collid).await);
    findings.push(
        Finding::note("records whose recordSecurity is above 0 are not found: the API does not show them to searches")
            .hint("their pictures wait for a person, or go through portal kind mariadb or import-csv"),
    );
    findings.push(Finding::note(
        "each number costs a request for each column that is matched on; a picture costs three more",
    ));
    findings.push(Finding::note(
        "the API writes no creator, mediaType, pixel size or sums of files, does not take records away, and hides tags, \
         key words and text that go with a deleted row",
    ));
    if match_on.contains(&MatchField::OtherCatalogNumbers) {
        findings.push(
            Finding::warning("the API does not show otherCatalogNumbers; additional identifiers are looked at instead")
                .hint("match on identifierValue to say so"),
        );
    }
    findings
}

async fn status(client: &Client) -> Result<Finding> {
    let answer = client.look("installation/status", &[]).await?;
    let told = |name| answer.as_ref().and_then(Value::as_object).and_then(|columns| text(columns, name));
    let portal = told("portalName").unwrap_or_else(|| "portal without a name".to_owned());
    Ok(match (told("symbiotaVersion"), told("apiVersion")) {
        (Some(version), Some(api)) if version == "3.4" || version.starts_with("3.4.") => {
            Finding::fine(format!("{portal}: Symbiota {version}, API {api}"))
        }
        (version, _) => {
            let version = version.unwrap_or_else(|| "of an unknown version".to_owned());
            Finding::warning(format!("{portal}: Symbiota {version}; this door was tried with 3.4"))
                .hint("try it with a few pictures, and look at them in the portal")
        }
    })
}

async fn token(client: &Client, collid: Option<u32>) -> Vec<Finding> {
    if !client.has_token() {
        return vec![
            Finding::warning("no API token: the portal can be looked at, but not written to")
                .hint("docs/api.md says how to get one; give it in PINAX_PORTAL_TOKEN or portal.token_file"),
        ];
    }
    // No row has mediaID 0. Symbiota looks at the token first.
    match client.write(Method::PATCH, "media/0", Map::new()).await {
        Err(Fault::Refused(_) | Fault::Absent(_)) => {}
        Ok(_) => return vec![Finding::warning("the token could not be tried; the first write will tell")],
        Err(fault) => return vec![fault.into_error().into()],
    }
    let accepted = Finding::fine("the token is accepted");
    let Some(collid) = collid else { return vec![accepted] };
    // Without any field there is nothing to make a record of; rights are looked at first.
    let body = Map::from_iter([("collid".to_owned(), Value::from(collid))]);
    let rights = match client.write(Method::POST, "occurrence/skeletal", body).await {
        Err(Fault::Refused(_) | Fault::Absent(_)) => {
            Finding::fine("its account is an editor of the collection, and can make records")
        }
        Err(Fault::Stop(error)) if matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::Forbidden) => {
            no_editor()
        }
        // Symbiota 3.4.14 fails like this for an account without any role.
        Err(Fault::Broken(_)) => no_editor(),
        Ok(_) => Finding::warning("the account's rights could not be tried"),
        Err(fault) => fault.into_error().into(),
    };
    vec![accepted, rights]
}

fn no_editor() -> Finding {
    Finding::warning("the token's account is no editor of the collection, and cannot make records")
        .hint("ask the collection's administrator for the right before you link pictures to its records")
}
