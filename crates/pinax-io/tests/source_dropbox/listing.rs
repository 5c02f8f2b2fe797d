//! What is new since the last listing, and what is not forgotten.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use pinax_core::ports::source::{ListFrom, Listing, Source};
use pinax_io::source::dropbox::{DropboxLogIn, DropboxSource};
use pinax_testkit::dropbox::FakeDropbox;

use super::{TOKEN, options, source};

async fn listed(source: &dyn Source, watermark: Option<String>) -> Listing {
    let mut whole = Listing::default();
    let mut parts = source.list(ListFrom { watermark, since_ms: None });
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        whole.files.extend(part.files);
        whole.findings.extend(part.findings);
        whole.gone.extend(part.gone);
        whole.watermark = part.watermark.or(whole.watermark);
        whole.is_whole |= part.is_whole;
    }
    whole
}

fn names(listing: &Listing) -> Vec<String> {
    listing.files.iter().map(|image| image.locator.to_string()).collect()
}

#[tokio::test]
async fn only_what_is_new_is_listed_and_what_was_deleted_is_told() {
    let fake = FakeDropbox::start(TOKEN);
    let source = source(&fake, "/H");
    for name in ["a.jpg", "b.jpg", "c/d.jpg", ".hidden/e.jpg", "f.jpg.part"] {
        fake.put(&format!("/H/{name}"), b"1");
    }
    fake.put("/Other/a.jpg", b"1");
    let first = listed(&source, None).await;
    assert_eq!(names(&first), ["a.jpg", "b.jpg", "c/d.jpg"]);
    assert!(first.is_whole && first.findings.len() == 1, "{:?}", first.findings);
    fake.put("/H/b.jpg", b"2");
    fake.put("/H/new.jpg", b"3");
    fake.remove("/H/a.jpg");
    let second = listed(&source, first.watermark.clone()).await;
    assert_eq!(names(&second), ["b.jpg", "new.jpg"]);
    assert_eq!(second.gone.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a.jpg"]);
    assert!(!second.is_whole);
    let third = listed(&source, second.watermark).await;
    assert!(third.files.is_empty() && third.gone.is_empty() && third.watermark.is_some());
}

#[tokio::test]
async fn a_listing_killed_between_parts_goes_on_and_loses_nothing() {
    let fake = FakeDropbox::start(TOKEN);
    fake.set_page_entries(3);
    let wanted: BTreeMap<String, usize> = (0..10).map(|number| (format!("{number}.jpg"), 1)).collect();
    for name in wanted.keys() {
        fake.put(&format!("/H/{name}"), name.as_bytes());
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut watermark = None;
    loop {
        // Each run takes one part and is killed.
        let source = source(&fake, "/H");
        let mut parts = source.list(ListFrom { watermark: watermark.clone(), since_ms: None });
        let part = parts.next().await.unwrap().unwrap();
        names(&part).into_iter().for_each(|name| *seen.entry(name).or_default() += 1);
        if part.files.is_empty() {
            break;
        }
        watermark = part.watermark;
    }
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn cursors_that_are_not_known_any_more_lead_to_a_whole_listing() {
    let fake = FakeDropbox::start(TOKEN);
    fake.put("/H/a.jpg", b"1");
    let there = source(&fake, "/H");
    let first = listed(&there, None).await;
    fake.reset_cursors();
    let again = listed(&there, first.watermark.clone()).await;
    assert_eq!(names(&again), ["a.jpg"]);
    assert!(again.is_whole && again.findings.len() == 1, "{:?}", again.findings);
    assert_eq!(names(&listed(&source(&fake, ""), first.watermark).await), ["H/a.jpg"], "it is that of another folder");
    assert_eq!(names(&listed(&there, Some("nonsense".to_owned())).await), ["a.jpg"]);
}

#[tokio::test]
async fn since_a_moment_older_files_are_left_out_and_not_forgotten() {
    let fake = FakeDropbox::start(TOKEN);
    fake.put("/a.jpg", b"1");
    fake.put("/b.jpg", b"1");
    let source = source(&fake, "/");
    let all = listed(&source, None).await;
    let since_ms = Some(all.files[1].fingerprint.modified_ns / 1_000_000);
    let part = source.list(ListFrom { watermark: all.watermark, since_ms }).next().await.unwrap().unwrap();
    assert_eq!(names(&part), ["b.jpg"]);
    assert!(part.watermark.is_none() && !part.is_whole);
}

#[tokio::test]
async fn a_team_space_is_named_with_every_question() {
    let fake = FakeDropbox::start(TOKEN);
    fake.put("/a.jpg", b"1");
    let mut options = options(&fake, "", DropboxLogIn::Token(TOKEN.to_owned()));
    options.team_space = Some("12345".to_owned());
    let source = DropboxSource::new(options).unwrap();
    let all = listed(&source, None).await;
    source.read(&all.files[0], 10).await.unwrap();
    for request in fake.requests() {
        let root: serde_json::Value = serde_json::from_str(request.header("dropbox-api-path-root").unwrap()).unwrap();
        assert_eq!(root, serde_json::json!({".tag": "namespace_id", "namespace_id": "12345"}), "{}", request.target);
    }
}
