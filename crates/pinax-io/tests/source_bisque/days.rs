//! Day after day: what is asked again, and what never is.

use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_testkit::bisque::{BisqueFault, FakeBisque};

use super::{day, listed, listed_from, names, source};

fn upload(fake: &FakeBisque, id: &str, day: &str) {
    fake.upload(id, &format!("TST{id}.jpg"), &format!("/iplant/home/shared/TST/TST{id}.jpg"), day, b"x");
}

#[tokio::test]
async fn three_days_one_of_them_failing() {
    let fake = FakeBisque::start();
    for (id, day) in [("11", "2026-11-19"), ("12", "2026-11-19"), ("21", "2026-11-20"), ("31", "2026-11-21")] {
        upload(&fake, id, day);
    }
    fake.upload("99", "other.jpg", "/iplant/home/shared/OTHER/other.jpg", "2026-11-19", b"x");
    fake.fail("2026-11-20", BisqueFault::Busy, 2);
    let (source, clock) = source(&fake, "2026-11-19", "2026-11-21");
    let (first, end) = listed(&source, None).await;
    end.unwrap();
    assert_eq!(names(&first), ["11/TST11.jpg", "12/TST12.jpg", "31/TST31.jpg"]);
    assert!(!first.is_whole, "a day is missing");
    assert_eq!(first.findings.len(), 1, "{:?}", first.findings);
    assert!(first.findings[0].message.contains("2026-11-20"), "{:?}", first.findings);
    let before = fake.requests().len();
    upload(&fake, "32", "2026-11-21");
    upload(&fake, "41", "2026-11-22");
    clock.set("2026-11-22");
    let (second, end) = listed(&source, first.watermark.as_deref()).await;
    end.unwrap();
    assert_eq!(names(&second), ["21/TST21.jpg", "31/TST31.jpg", "32/TST32.jpg", "41/TST41.jpg"]);
    assert!(second.findings.is_empty(), "{:?}", second.findings);
    assert_eq!(fake.days_asked(before), ["2026-11-20", "2026-11-21", "2026-11-22"], "what is done is not asked again");
    let known: Vec<_> = second.files.iter().filter(|image| first.files.contains(image)).collect();
    assert_eq!(known.len(), 1, "the day that was not over names its picture as before");
    let before = fake.requests().len();
    let (third, end) = listed(&source, second.watermark.as_deref()).await;
    end.unwrap();
    assert_eq!(names(&third), ["41/TST41.jpg"]);
    assert_eq!(fake.days_asked(before), ["2026-11-22"]);
}

#[tokio::test]
async fn a_listing_given_up_between_days_goes_on_where_it_was() {
    let fake = FakeBisque::start();
    for (id, day) in [("1", "2026-11-18"), ("2", "2026-11-19"), ("3", "2026-11-20")] {
        upload(&fake, id, day);
    }
    let (source, _) = source(&fake, "2026-11-18", "2026-11-21");
    let kept = {
        use futures::StreamExt as _;
        let mut parts = source.list(ListFrom::default());
        let part = parts.next().await.unwrap().unwrap();
        assert_eq!(names(&part), ["1/TST1.jpg"]);
        part.watermark.unwrap()
    };
    let (rest, end) = listed(&source, Some(&kept)).await;
    end.unwrap();
    assert_eq!(names(&rest), ["2/TST2.jpg", "3/TST3.jpg"]);
}

#[tokio::test]
async fn since_a_day_only_later_ones_are_asked_and_none_is_forgotten() {
    let fake = FakeBisque::start();
    let (source, clock) = source(&fake, "2026-11-01", "2026-11-21");
    let since = |text: &str| Some(day(text).begin_ms());
    let (all, end) = listed_from(&source, ListFrom { watermark: None, since_ms: since("2026-11-20") }).await;
    end.unwrap();
    assert_eq!(fake.days_asked(0), ["2026-11-19", "2026-11-20", "2026-11-21"]);
    assert_eq!(all.watermark, None, "the days before were never asked");
    assert!(!all.is_whole);
    let (all, _) = listed(&source, None).await;
    assert!(all.is_whole, "{:?}", all.findings);
    clock.set("2026-11-22");
    let before = fake.requests().len();
    let from = ListFrom { watermark: all.watermark, since_ms: since("2026-11-15") };
    let (again, _) = listed_from(&source, from).await;
    assert_eq!(fake.days_asked(before).len(), 9, "14 to 22 November");
    let before = fake.requests().len();
    listed(&source, again.watermark.as_deref()).await.1.unwrap();
    assert_eq!(fake.days_asked(before), ["2026-11-22"]);
}

#[tokio::test]
async fn the_watermark_of_another_source_is_not_used() {
    let fake = FakeBisque::start();
    let (source, _) = source(&fake, "2026-11-20", "2026-11-21");
    let other = r#"{"source":"bisque https://other.example.org /x/","done":"2026-11-20"}"#;
    listed(&source, Some(other)).await.1.unwrap();
    assert_eq!(fake.days_asked(0), ["2026-11-20", "2026-11-21"]);
}
