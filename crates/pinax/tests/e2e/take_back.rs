//! The waiting room, policies, skeletal files, and taking a batch back, by the real binary on a real database.

use pinax_testkit::mariadb::TestMariadb;

use super::world::World;

const TABLES: [&str; 4] = ["omoccurrences", "omoccuridentifiers", "media", "mediametadata"];

fn dump(database: &TestMariadb) -> String {
    database.dump_without(&TABLES, &["dateLastModified"])
}

fn with_link(world: &World, link: &str) {
    world.write("pinax.toml", format!("{}link = {{ {link} }}\n", world.config));
}

#[test]
fn a_password_in_the_url_is_told_and_not_shown() {
    let database = TestMariadb::with_records(1);
    let world = World::with_database(&database);
    world.write("pinax.toml", world.config.replacen('@', &format!(":{}@", TestMariadb::PASSWORD), 1));
    for verb in ["check", "run"] {
        let said = world.pinax(&[verb]);
        let told = format!("{}{}", said.stdout, said.stderr);
        assert!(said.code == Some(0) && told.contains("warning: a password stands in portal.url"), "{said:?}");
        assert!(!told.contains(TestMariadb::PASSWORD), "{said:?}");
    }
}

#[test]
fn a_batch_is_taken_back_and_done_again() {
    let database = TestMariadb::with_records(3);
    let world = World::with_database(&database);
    world.write(
        "pinax.toml",
        world.config.replace("settle_seconds = 0", "settle_seconds = 0, after = \"move\", done = \"done\""),
    );
    for number in 1..=3 {
        world.sheet(&format!("TST{number:08}.jpg"), number);
    }
    let (before, files) = (dump(&database), world.tree("drop"));
    let run = world.pinax(&["run", "--json"]).json();
    assert_eq!(run["linked"], 3, "{run}");
    assert_ne!(world.tree("drop"), files);
    database.exec("UPDATE media SET caption = 'mine' WHERE occid = 2; UPDATE media SET owner = 'mine' WHERE occid = 3");

    let undo = world.pinax(&["undo", "1", "--json"]);
    let told = undo.json();
    assert_eq!((undo.code, &told["rows"], &told["kept"]), (Some(1), &1.into(), &2.into()), "{undo:?}");
    let kept = database.query("SELECT occid, caption, owner FROM media ORDER BY occid");
    assert_eq!(kept.lines().collect::<Vec<_>>(), ["2\tmine\tTest Herbarium", "3\tNULL\tmine"]);
    assert!(world.pinax(&["status"]).stdout.contains("takes 1 back"), "{:?}", world.pinax(&["status"]));
    database.exec("UPDATE media SET owner = 'Test Herbarium', caption = NULL");
    assert_eq!(world.pinax(&["undo", "1"]).code, Some(0));
    assert_eq!(dump(&database), before);
    assert_eq!(world.tree("drop"), files, "the files lie where they lay");

    // A run by itself leaves it so; asked to, it links again.
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 0);
    assert_eq!(dump(&database), before);
    let again = world.pinax(&["run", "--again", "--json"]).json();
    assert_eq!(again["linked"], 3, "{again}");
    assert_eq!(world.pinax(&["undo", "99"]).code, Some(2));
}

#[test]
fn decisions_of_the_waiting_room_are_acted_on() {
    let database = TestMariadb::with_records(4);
    database.exec("INSERT INTO omoccurrences (occid, collid, catalogNumber) VALUES (90, 1, 'TST00000004')");
    let world = World::with_database(&database);
    world.write(
        "pinax.toml",
        world.config.replace(r"^(TST\\d+)", r"^(TST\\d{8})").replace(r"^(TST\d+)", r"^(TST\d{8})"),
    );
    for (file, seed) in [("TST000000012.jpg", 1), ("odd one.jpg", 2), ("TST00000004.jpg", 3), ("TST00000077.jpg", 4)] {
        world.sheet(file, seed);
    }
    assert_eq!(world.pinax(&["run", "--json"]).json()["review"], 4);
    let who = ["--who", "ann"];
    let decide = |arguments: &[&str]| world.pinax(&[&["review"], arguments, &who].concat());
    // A yes is not enough where a person must say more, and nothing is recorded then.
    let refused = decide(&["accept", "TST000000012.jpg", "odd one.jpg"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("odd one.jpg waits for more than a yes"), "{refused:?}");
    assert_eq!(decide(&["accept", "TST000000012.jpg"]).code, Some(0));
    assert_eq!(decide(&["assign", "odd one.jpg", "TST00000002"]).code, Some(0));
    assert_eq!(decide(&["assign", "TST00000004.jpg", "--occid", "90"]).code, Some(0));
    assert_eq!(decide(&["reject", "TST00000077.jpg"]).code, Some(0));
    let run = world.pinax(&["run", "--json"]).json();
    assert_eq!((&run["linked"], &run["waiting"]["review"]), (&3.into(), &0.into()), "{run}");
    assert_eq!(
        database.query("SELECT occid FROM media ORDER BY occid").split_whitespace().collect::<Vec<_>>(),
        ["1", "2", "90"]
    );
    // A rejection is not the last word, nor is taking it back a yes.
    let gone = decide(&["accept", "TST00000077.jpg"]);
    assert!(gone.code == Some(2) && gone.stderr.contains("pinax review reopen"), "{gone:?}");
    assert_eq!(decide(&["reopen", "odd one.jpg"]).code, Some(2));
    assert_eq!(decide(&["reopen", "TST00000077.jpg"]).code, Some(0));
    let run = world.pinax(&["run", "--json"]).json();
    assert_eq!((&run["linked"], &run["review"]), (&0.into(), &1.into()), "{run}");
    // Nobody is named: the system knows who it is.
    let mut nameless = world.command(&["review", "accept", "TST00000077.jpg"]);
    let accepted = nameless.env_remove("USER").env_remove("LOGNAME").output().unwrap();
    let told = String::from_utf8_lossy(&accepted.stdout).into_owned();
    assert!(accepted.status.success() && told.contains("a new record will be made for TST00000077"), "{accepted:?}");
    assert_eq!(world.pinax(&["run", "--json"]).json()["created"], 1);
}

#[test]
fn a_table_of_decisions_is_taken_whole_or_not_at_all() {
    let database = TestMariadb::with_records(2);
    let world = World::with_database(&database);
    world.sheet("a, \"b\".jpg", 1);
    world.sheet("=c.jpg", 2);
    world.pinax(&["run"]);
    assert_eq!(world.pinax(&["review", "list", "--csv", "wait.csv"]).code, Some(0));
    let table = std::fs::read_to_string(world.path("wait.csv")).unwrap();
    assert!(table.contains("'=c.jpg"), "no cell is a formula: {table}");
    let filled = table.replace("'=c.jpg,,", "'=c.jpg,reject,");
    world.write("wait.csv", &filled);
    let again = world.pinax(&["review", "list", "--csv", "wait.csv"]);
    assert!(again.code == Some(2) && again.stderr.contains("may hold decisions"), "{again:?}");
    assert!(table != filled && std::fs::read_to_string(world.path("wait.csv")).unwrap() == filled, "nothing is lost");
    world.write("bad.csv", "file;decision;catalogNumber\n'=c.jpg;assign;TST00000001\nnobody.jpg;reject;\n");
    let refused = world.pinax(&["review", "apply", "bad.csv", "--who", "ann"]);
    assert!(refused.code == Some(2) && refused.stderr.contains("line 3"), "{refused:?}");
    assert_eq!(world.pinax(&["run", "--json"]).json()["linked"], 0, "nothing was decided");
    world.write("good.csv", "file,decision,catalogNumber\n'=c.jpg,assign,TST00000001\n\"a, \"\"b\"\".jpg\",reject,\n");
    assert_eq!(world.pinax(&["review", "apply", "good.csv", "--who", "ann"]).code, Some(0));
    let run = world.pinax(&["run", "--json"]).json();
    assert_eq!((&run["linked"], &run["waiting"]["review"]), (&1.into(), &0.into()), "{run}");
}

#[test]
fn records_are_made_and_filled_and_go_again() {
    let database = TestMariadb::with_records(2);
    database.exec("UPDATE omoccurrences SET recordedBy = NULL WHERE occid = 1");
    let world = World::with_database(&database);
    with_link(&world, "missing = \"create\"");
    world.sheet("TST00000008.jpg", 1);
    world.sheet("TST00000008_b.jpg", 2);
    world.write(
        "drop/skeletal.csv",
        "catalogNumber,recordedBy,country\nTST00000001,B. Bolton,\nTST00000009,C. Clay,Oman\n",
    );
    let before = dump(&database);
    let run = world.pinax(&["run", "--json"]).json();
    assert_eq!((&run["linked"], &run["created"]), (&2.into(), &1.into()), "{run}");
    assert_eq!((&run["skeletal"]["created"], &run["skeletal"]["filled"]), (&1.into(), &1.into()), "{run}");
    let made = database.query(
        "SELECT catalogNumber, processingStatus, recordedBy, dateEntered IS NULL FROM omoccurrences
         WHERE occid > 2 OR occid = 1 ORDER BY catalogNumber",
    );
    assert_eq!(
        made.lines().collect::<Vec<_>>(),
        [
            "TST00000001\tNULL\tB. Bolton\t1",
            "TST00000008\tunprocessed\tNULL\t0",
            "TST00000009\tunprocessed\tC. Clay\t0"
        ]
    );
    let after = dump(&database);
    world.pinax(&["run"]);
    assert_eq!(dump(&database), after, "twice is once");
    let status = world.pinax(&["status", "--collection"]).stdout;
    assert!(status.contains("records without pictures") && status.contains("linked"), "{status}");
    assert!(world.pinax(&["status", "--specimen", "TST00000008"]).stdout.contains("ours"));
    assert_eq!(world.pinax(&["undo", "1"]).code, Some(0));
    assert_eq!(dump(&database), before);
    let swept = world.pinax(&["sweep", "--older-than", "0", "--json"]).json();
    assert!(swept["sweep"]["removed"].as_u64() > Some(0) && world.tree("www").is_empty(), "{swept}");
}

#[test]
fn a_plan_foretells_what_the_profile_says_of_records() {
    let database = TestMariadb::with_records(3);
    database.exec(
        "INSERT INTO media (occid, mediaType, originalUrl, url, recordID)
         VALUES (1, 'image', 'https://old.example.org/TST00000001.jpg', 'https://old.example.org/m1.jpg', 'theirs')",
    );
    let world = World::with_database(&database);
    for (file, seed) in [("TST00000001.jpg", 1), ("TST00000002.jpg", 2), ("TST00000009.jpg", 3)] {
        world.sheet(file, seed);
    }
    world.write("drop/first.csv", "catalogNumber,country\nTST00000003,Oman\n");
    let planned = |link: &str| {
        with_link(&world, link);
        let plan = world.pinax(&["plan"]).stdout;
        let mut told: Vec<String> =
            plan.lines().map(|line| line.split('\t').take(2).collect::<Vec<_>>().join(": ")).collect();
        told.sort_unstable();
        told
    };
    let link = ["link: TST00000002.jpg", "make record and link: TST00000009.jpg", "read: first.csv"];
    assert_eq!(
        planned("missing = \"create\", existing = \"replace\""),
        [&link[..], &["replace: TST00000001.jpg"]].concat()
    );
    assert_eq!(
        planned("missing = \"skip\", existing = \"skip\""),
        ["leave: TST00000001.jpg", "leave: TST00000009.jpg", "link: TST00000002.jpg", "read: first.csv"]
    );
    with_link(&world, "missing = \"create\", existing = \"skip\"");
    let plan = world.pinax(&["plan", "--json"]).json();
    let run = world.pinax(&["run", "--json"]).json();
    assert_eq!((&plan["link"], &plan["leave"]), (&run["linked"], &run["skipped"]), "{plan} {run}");
    assert_eq!((&plan["make_records"], &plan["skeletal_files"]), (&run["created"], &run["skeletal"]["files"]), "{run}");
    assert_eq!(planned("missing = \"create\", existing = \"skip\""), [""; 0], "twice is once");
}

#[test]
fn refused_and_empty_lines_of_a_skeletal_file_are_told_once_and_not_all() {
    let database = TestMariadb::with_records(1);
    let world = World::with_database(&database);
    let refused: String = (11..24).map(|number| format!("TST{number:08},north\n")).collect();
    world.write("drop/first.csv", format!("catalogNumber,decimalLatitude\nTST00000001,\n{refused}"));
    let said = world.pinax(&["run"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stderr.contains("0 complete already") && said.stderr.contains("1 without any value"), "{said:?}");
    assert!(said.stderr.contains("13 refused") && said.stderr.contains("… and 3 more lines"), "{said:?}");
    assert_eq!(said.stderr.matches("line 3: decimalLatitude `north`").count(), 1, "{said:?}");
    assert!(said.stdout.contains("lines refused"), "{said:?}");
    world.pinax(&["report"]);
    let page = std::fs::read_to_string(world.path("pinax-tst-batch-1.html")).unwrap();
    assert!(page.contains("line 15: decimalLatitude"), "the page has all of them");
}
