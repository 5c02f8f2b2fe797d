//! Links that a person carries to the portal: what waits, what arrived, what was lost.

use std::fs::{self, File};
use std::io::Write as _;
use std::time::{Duration, SystemTime};

use super::world::World;

/// Two linked pictures whose file waits.
fn waiting() -> World {
    let world = World::with_download(&[(11, "TST00000001"), (12, "TST00000002")]);
    world.sheet("TST00000001.jpg", 1);
    world.sheet("TST00000002.jpg", 2);
    assert_eq!(world.pinax(&["run"]).code, Some(0));
    world
}

/// The portal's next download: the pictures of these records arrived.
fn download(world: &World, arrived: &[(u64, &str)]) {
    let records = fs::read_to_string(world.path("occurrences.csv")).unwrap();
    let mut pictures = "coreid,accessURI,type,providerManagedID\n".to_owned();
    for (occid, number) in arrived {
        let address = format!("https://img.example.org/tst/TST00000/{number}.jpg");
        pictures.push_str(&format!("{occid},{address},StillImage,urn:uuid:99999999-0000-4000-8000-{occid:012}\n"));
    }
    world.write("multimedia.csv", &pictures);
    let zip = File::create(world.path("next.zip")).unwrap();
    let mut writer = zip::ZipWriter::new(zip);
    for (name, text) in [("occurrences.csv", records), ("multimedia.csv", pictures)] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    // Made after the import, whatever the clock's grain.
    writer.finish().unwrap().set_modified(SystemTime::now() + Duration::from_secs(60)).unwrap();
    world.write("pinax.toml", world.config.replace("occurrences.csv", "next.zip"));
}

#[test]
fn status_reminds_until_settle_finds_them() {
    let world = waiting();
    let said = world.pinax(&["status"]);
    assert!(said.stdout.contains("tst: 2 links wait in 1 file for import"), "{said:?}");
    assert_eq!(world.pinax(&["status", "--json"]).json()["profiles"]["tst"]["awaitingImport"]["rows"], 2);
    let said = world.pinax(&["settle"]);
    assert!(said.code == Some(2) && said.stderr.contains("tells of no pictures"), "{said:?}");
    download(&world, &[(11, "TST00000001")]);
    let said = world.pinax(&["settle"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("1 of the 2 rows of tst-batch1-1.csv have not arrived"), "{said:?}");
    download(&world, &[(11, "TST00000001"), (12, "TST00000002")]);
    let said = world.pinax(&["settle", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let told = said.json();
    assert_eq!((&told["arrived"], &told["awaiting"]["files"], &told["lost"]), (&1.into(), &0.into(), &0.into()));
    assert!(!world.pinax(&["status"]).stdout.contains("for import into the portal"));
    // What has arrived is not written again.
    world.sheet("TST00000001_b.jpg", 3);
    world.pinax(&["run"]);
    let names: Vec<String> = world.tree("out").into_keys().collect();
    assert_eq!(names, ["tst-batch1-1.csv.imported", "tst-batch2-1.csv"]);
}

#[test]
fn a_file_that_was_taken_away_is_told() {
    let world = waiting();
    fs::remove_dir_all(world.path("out")).unwrap();
    download(&world, &[(12, "TST00000002")]);
    let said = world.pinax(&["settle"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("1 link of batch 1 is neither"), "{said:?}");
    assert!(said.stdout.contains("TST00000001.jpg") && !said.stdout.contains("TST00000002.jpg"), "{said:?}");
}

#[test]
fn lint_answers_with_its_exit_code() {
    let world = waiting();
    let said = world.pinax(&["lint", "out/tst-batch1-1.csv"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), "2 rows: 0 errors, 0 warnings\n"), "{said:?}");
    world.write("foreign.csv", "photographer,catalogNumber,originalUrl\nme,T1,https://h/a b.jpg\n");
    let said = world.pinax(&["lint", "foreign.csv"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("error: line 2: originalUrl holds ` `"), "{said:?}");
    let told = world.pinax(&["lint", "--json", "foreign.csv"]).json();
    assert_eq!((&told["ok"], &told["errors"]), (&false.into(), &1.into()), "{told}");
    // It needs no configuration, and a file that cannot be read is not a finding.
    fs::remove_file(world.path("pinax.toml")).unwrap();
    assert_eq!(world.pinax(&["lint", "foreign.csv"]).code, Some(1));
    assert_eq!(world.pinax(&["lint", "nowhere.csv"]).code, Some(2));
}
