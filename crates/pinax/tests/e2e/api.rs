//! A drop folder to the API of a portal.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use pinax_testkit::symbiota_api::{Fault, SymbiotaApi};

use super::world::World;

fn server() -> SymbiotaApi {
    let server = SymbiotaApi::start();
    server.add_collection(1, "TST", Some("VASC"), "Test Herbarium");
    (1..=3).for_each(|occid| server.add_record(1, occid, &format!("TST{occid:08}")));
    server
}

#[test]
fn pictures_are_linked_once() {
    let server = server();
    let mut world = World::with_api(&server);
    world.sheet("TST00000001.jpg", 1);
    world.sheet("TST00000002_b.jpg", 2);
    world.sheet("TST00000009.jpg", 9);
    // A token that others can read is told.
    std::fs::set_permissions(world.path("portal.token"), Permissions::from_mode(0o644)).unwrap();
    assert!(world.pinax(&["check"]).stdout.contains("portal.token can be read by other users"));
    std::fs::set_permissions(world.path("portal.token"), Permissions::from_mode(0o600)).unwrap();
    let checked = world.pinax(&["check"]);
    assert!(!checked.stdout.contains("other users"), "{checked:?}");
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(server.requests().iter().any(|request| request.body.contains(SymbiotaApi::TOKEN)));
    let answer = world.pinax(&["run", "--json"]);
    assert_eq!(answer.json()["linked"], 2, "{answer:?}");
    let again = world.pinax(&["run", "--json"]).json();
    assert_eq!((&again["linked"], &again["unchanged"], server.rows().len()), (&0.into(), &3.into(), 2));

    let listed = world.pinax(&["status", "--collection", "--without-pictures", "x.csv"]);
    assert!(listed.code == Some(2) && listed.stderr.contains("cannot list records without pictures"), "{listed:?}");
    assert!(!world.path("x.csv").exists(), "no empty table says that every record has a picture");

    // A number without a record gets one, and the picture is linked to it.
    world.config = world.config.replace("store =", "link = { missing = \"create\" }\nstore =");
    world.write("pinax.toml", &world.config);
    let answer = world.pinax(&["run", "--json"]).json();
    assert_eq!((&answer["linked"], server.rows().len(), server.record_count()), (&1.into(), 3, 4), "{answer}");
    for said in [checked.stdout, checked.stderr] {
        assert!(!said.contains(SymbiotaApi::TOKEN), "{said}");
    }
}

#[test]
fn a_row_written_just_before_the_portal_was_lost_is_found_again() {
    let server = server();
    let world = World::with_api(&server);
    world.sheet("TST00000001.jpg", 1);
    // The row is written, nobody is told, and the portal asks for a day's rest when it is looked for.
    server.fail("POST", "media", 1, Fault::Lost);
    server.fail_after(3, "GET", "occurrence/1?includeMedia=1", 1, Fault::Busy(86_400));
    let stopped = world.pinax(&["run"]);
    assert_ne!(stopped.code, Some(0), "{stopped:?}");
    assert!(stopped.stderr.contains("busy"), "{stopped:?}");
    assert_eq!(server.rows().len(), 1);
    let answer = world.pinax(&["run", "--json"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(world.pinax(&["run", "--json"]).json()["unchanged"], 1);
    assert_eq!((server.rows().len(), server.count("POST", "media")), (1, 1));
}

#[test]
fn a_batch_is_taken_back() {
    let server = server();
    let world = World::with_api(&server);
    world.sheet("TST00000001.jpg", 1);
    world.sheet("TST00000002.jpg", 2);
    let batch = world.pinax(&["run", "--json"]).json()["batch"].clone();
    assert_eq!(server.rows().len(), 2);
    server.edit_rows(|row| {
        if row["occid"] == 2 {
            row.insert("owner".to_owned(), "Somebody Else".into());
        }
    });
    let answer = world.pinax(&["undo", &batch.to_string(), "--json"]);
    let left: Vec<u64> = server.rows().iter().map(|row| row.occid).collect();
    assert_eq!(left, [2], "what somebody edited stays: {answer:?}");
}
