//! Which records of a download belong to the collection.

use pinax_core::ErrorKind;
use pinax_core::nouns::collection::CollectionKey;
use pinax_core::ports::portal::Portal;

use crate::support::{Place, find, key};

#[tokio::test]
async fn what_is_there_is_named_when_the_collection_is_not() {
    let place = Place::counted(2);
    let error = place.portal().collection(&key("XYZ")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.hint_text(), Some("it holds records of TST:VASC (collid 1)"));
    let error = place.portal().collection(&CollectionKey::Collid(2)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

/// Records may carry codes of their own; the portal's number tells that they belong.
#[tokio::test]
async fn records_with_codes_of_their_own_belong_by_number() {
    let text = "id,institutionCode,collectionCode,catalogNumber,collID,recordID\n\
                1,TST,VASC,T1,1,x\n2,OLD,,T2,1,x\n3,TST,MOSS,T3,2,x\n";
    let portal = Place::table(text);
    let portal = portal.portal();
    assert_eq!(find(&portal, "T2").await.unwrap().len(), 1);
    assert!(find(&portal, "T3").await.unwrap().is_empty());
}

#[tokio::test]
async fn without_numbers_only_the_codes_tell() {
    let text = "id,institutionCode,collectionCode,catalogNumber,recordID\n1,TST,VASC,T1,x\n2,TST,MOSS,T1,x\n";
    let place = Place::table(text);
    let portal = place.portal();
    assert_eq!(find(&portal, "T1").await.unwrap().len(), 1);
    let error = portal.collection(&CollectionKey::Collid(5)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
}

/// A download of one collection need not say which.
#[tokio::test]
async fn without_codes_the_person_who_chose_it_is_believed() {
    let place = Place::table("id,catalogNumber,recordID\n1,T1,x\n");
    let portal = place.portal();
    let found = portal.collection(&key("TST:VASC")).await.unwrap();
    assert_eq!((found.institution_code.as_str(), found.collection_code.as_deref()), ("TST", Some("VASC")));
    assert_eq!(found.name, "TST:VASC");
    assert_eq!(find(&portal, "T1").await.unwrap().len(), 1);
    let found = portal.collection(&CollectionKey::Collid(5)).await.unwrap();
    assert_eq!(found.collid, Some(5));
}

#[tokio::test]
async fn a_download_of_nothing() {
    let place = Place::table("id,institutionCode,collectionCode,catalogNumber,recordID\n");
    let error = place.portal().collection(&key("TST:VASC")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
