//! For random sources, policies and portals: run twice is run once, undo after run is nothing, redo is run.

use std::collections::BTreeSet;

use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::profile::{AfterLink, Existing, Missing};
use pinax_testkit::mariadb::TestMariadb;

use crate::world::{TABLES, World, picture};

/// Numbers that look random and are the same each time (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

const NUMBERS: u64 = 14;
const CASES: u64 = 30;

fn number(of: u64) -> String {
    format!("TST{of:08}")
}

/// Records with and without numbers, doubled ones, other columns filled or empty, pictures linked by others.
fn portal(random: &mut Random) -> String {
    let mut sql = TABLES.iter().rev().map(|table| format!("DELETE FROM {table};\n")).collect::<String>();
    sql += "DELETE FROM omexsiccatititles;
            INSERT INTO omexsiccatititles (ometid, title, abbreviation) VALUES (1, 'Plantae Testenses', 'Pl. Test.');\n";
    let mut occid = 100;
    for of in 1..=NUMBERS {
        for _ in 0..random.one_of(&[0_u32, 1, 1, 1, 1, 2]) {
            occid += 1;
            let text = |random: &mut Random, text: &str| {
                random.one_of(&[None, Some(text)]).map_or("NULL".to_owned(), |text| format!("'{text}'"))
            };
            let other = text(random, &format!("OTHER{of}"));
            let (sciname, by) = (text(random, "Helianthus annuus"), text(random, "A. Gray"));
            let catalog = if random.below(6) == 0 { "NULL".to_owned() } else { format!("'{}'", number(of)) };
            let other = if catalog == "NULL" { format!("'{}'", number(of)) } else { other };
            sql += &format!(
                "INSERT INTO omoccurrences (occid, collid, catalogNumber, otherCatalogNumbers, sciname, recordedBy, recordID)
                 VALUES ({occid}, 1, {catalog}, {other}, {sciname}, {by}, 'uuid-{occid}');\n"
            );
            if random.below(3) == 0 {
                let name = random.one_of(&["http://old.example.org/x", "https://img.example.org/tst/elsewhere"]);
                let md5 = text(random, &"a".repeat(32));
                sql += &format!(
                    "INSERT INTO media (occid, recordID, url, originalUrl, format, mediaType, mediaMD5, caption)
                     VALUES ({occid}, 'row-{occid}', '{name}/{number}_med.jpg', '{name}/{number}.jpg', 'image/jpeg',
                             'image', {md5}, 'theirs');\n",
                    number = number(of)
                );
            }
        }
    }
    sql
}

fn fill_source(world: &World, random: &mut Random) {
    for _ in 0..random.below(16) {
        let of = 1 + random.below(NUMBERS + 3);
        let ending = random.one_of(&["", "", "_a", "_b", "_2", "_label", "_tn"]);
        let folder = random.one_of(&["", "", "more/"]);
        // Few contents: duplicates are common.
        let content = random.below(12);
        let bytes = if content == 0 { b"no picture".to_vec() } else { picture(content * 77_777) };
        world.source.put(format!("{folder}{}{ending}.jpg", number(of)), bytes);
    }
    if random.below(3) > 0 {
        let mut table = "catalogNumber,recordedBy,country,decimalLatitude,exsiccatiTitle,exsiccatiNumber\n".to_owned();
        let mut seen = BTreeSet::new();
        for _ in 0..random.below(6) {
            let of = 1 + random.below(NUMBERS + 3);
            let latitude = random.one_of(&["", "42.5", "north"]);
            let exsiccati = random.one_of(&[",", "Plantae Testenses,12", "Unknown Series,3"]);
            if seen.insert(of) {
                table += &format!("{},B. Bolton,Norway,{latitude},{exsiccati}\n", number(of));
            }
        }
        world.source.put("first.csv", table);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_after_run_is_nothing_and_run_twice_is_run_once() {
    let server = TestMariadb::with_records(0);
    let (mut linked, mut undone, mut records) = (0, 0, 0);
    for seed in 1..=CASES {
        let mut random = Random(seed);
        server.exec(&portal(&mut random));
        let mut world = World::new(&server);
        world.profile.missing = random.one_of(&[Missing::Review, Missing::Skip, Missing::Create]);
        world.profile.existing = random.one_of(&[Existing::Skip, Existing::KeepBoth, Existing::Replace]);
        world.profile.match_on = random
            .one_of(&[
                &[MatchField::CatalogNumber][..],
                &[MatchField::CatalogNumber, MatchField::OtherCatalogNumbers],
                &[MatchField::OtherCatalogNumbers, MatchField::CatalogNumber, MatchField::IdentifierValue],
            ])
            .to_vec();
        world.profile.after = random.one_of(&[AfterLink::Keep, AfterLink::Keep, AfterLink::Move]);
        fill_source(&world, &mut random);
        let told = |what: &str| format!("seed {seed}: {what}");

        let (before, files) = (dump(&server), world.source.files());
        let report = world.run().await;
        let (after, done) = (dump(&server), seen(&server));
        let again = world.run().await;
        same(&dump(&server), &after, &told("run twice is run once"));
        assert_eq!(again.linked + again.created, 0, "{}", told("nothing is linked twice"));
        linked += report.linked;
        let Some(batch) = report.batch else {
            same(&after, &before, &told("no batch, no change"));
            continue;
        };

        let undo = world.undo(batch).await;
        assert_eq!(undo.kept, 0, "{}: {:?}", told("nobody changed anything"), undo.findings);
        same(&dump(&server), &before, &told("undo after run is nothing"));
        assert_eq!(world.source.files(), files, "{}", told("files lie where they lay"));
        undone += undo.rows;
        records += undo.records;
        let idle = world.run().await;
        same(&dump(&server), &before, &told("what was taken back does not come back by itself"));
        assert_eq!(idle.linked + idle.created + idle.skeletal.created, 0, "{}", told("idle"));

        let Some(taken_back) = undo.batch else { continue };
        let redo = world.undo(taken_back).await;
        assert!(redo.redo && redo.kept == 0, "{}: {:?}", told("redo"), redo.findings);
        same(&seen(&server), &done, &told("redo is run"));
        let again = world.undo(redo.batch.unwrap()).await;
        assert_eq!(again.kept, 0, "{}: {:?}", told("undo of redo"), again.findings);
        same(&dump(&server), &before, &told("undo of redo is nothing"));
    }
    // The cases are worth something.
    assert!(linked > 80 && undone >= linked && records > 20, "{linked} linked, {undone} undone, {records} records");
}

/// All that may change, but the time at which a record was last touched.
fn dump(server: &TestMariadb) -> String {
    server.dump_without(&TABLES, &["dateLastModified"])
}

/// What a person sees of the portal: everything but the keys the database gives, and times. Rows that come back have
/// other keys.
fn seen(server: &TestMariadb) -> String {
    server.query(
        "SELECT occid, url, thumbnailUrl, originalUrl, owner, creator, format, mediaMD5, sortOccurrence, recordID,
                pixelXDimension, pixelYDimension, caption
         FROM media ORDER BY recordID;
         SELECT media.recordID, field, bytes, md5sum FROM mediametadata JOIN media USING (mediaID) ORDER BY 1, 2;
         SELECT occid, catalogNumber, otherCatalogNumbers, sciname, recordedBy, country, decimalLatitude,
                processingStatus, recordID
         FROM omoccurrences ORDER BY occid;
         SELECT occid, identifierName, identifierValue FROM omoccuridentifiers ORDER BY 1, 2, 3;
         SELECT occid, exsnumber FROM omexsiccatiocclink JOIN omexsiccatinumbers USING (omenid) ORDER BY 1;",
    )
}

/// Equal, or the lines that are in one only.
#[track_caller]
fn same(now: &str, wanted: &str, told: &str) {
    let only = |one: &str, other: &str| {
        let other: BTreeSet<&str> = other.lines().collect();
        one.lines().filter(|line| !other.contains(line)).map(str::to_owned).collect::<Vec<_>>().join("\n  ")
    };
    assert!(now == wanted, "{told}\nnow:\n  {}\nwanted:\n  {}", only(now, wanted), only(wanted, now));
}
