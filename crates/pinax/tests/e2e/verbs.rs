//! What people see: the texts of the verbs, as snapshots of the real binary.

use super::world::{Said, World};

/// Takes out what differs from run to run.
fn steady(text: &str, world: &World) -> String {
    let root = std::fs::canonicalize(world.path("")).unwrap();
    let text = text.replace(root.to_str().unwrap(), "[world]");
    let text = text.replace(world.path("").to_str().unwrap().trim_end_matches('/'), "[world]");
    let seconds = regex::Regex::new(r"\d+\.\d s").unwrap().replace_all(&text, "[time] s").into_owned();
    let rate = regex::Regex::new(r"\d+\.\d pictures a second").unwrap().replace_all(&seconds, "[rate]").into_owned();
    regex::Regex::new(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ").unwrap().replace_all(&rate, "[when]").into_owned()
}

/// Items are listed, and end, in any order.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn shown(world: &World, verb: &str, said: &Said) -> String {
    let (mut stdout, mut stderr) = (steady(&said.stdout, world), steady(&said.stderr, world));
    if matches!(verb, "plan" | "review") {
        stdout = sorted(&stdout);
    }
    if verb == "run" {
        stderr = sorted(&stderr);
    }
    format!("exit {:?}\n{stdout}---\n{stderr}", said.code)
}

fn filled() -> World {
    let world =
        World::with_download(&[(11, "TST00000001"), (12, "TST00000002"), (13, "TST00000003"), (14, "TST00000003")]);
    world.sheet("TST00000001.jpg", 1);
    world.sheet("TST00000002_2.jpg", 2);
    world.sheet("TST00000003.jpg", 3);
    world.sheet("TST00000004.jpg", 4);
    world.sheet("sheet 5.jpg", 5);
    world.write("drop/TST00000002.jpg", &super::world::small_sheet(6)[..9000]);
    world.write("drop/read me.txt", "hello");
    world
}

#[test]
fn init_writes_a_file_that_check_understands() {
    let world = World::with_download(&[]);
    std::fs::remove_file(world.path("pinax.toml")).unwrap();
    assert_eq!(world.pinax(&["init"]).code, Some(0));
    let again = world.pinax(&["init"]);
    assert_eq!(again.code, Some(2));
    assert!(again.stderr.contains("left as it is"), "{again:?}");
    let check = world.pinax(&["check"]);
    // The folders it names are not there yet; everything else is understood.
    assert_eq!(check.code, Some(2));
    assert!(check.stdout.contains("ok: configuration pinax.toml"), "{check:?}");
    assert!(check.stdout.contains("drop") && check.stdout.contains("hint: "), "{check:?}");
}

#[test]
fn a_run_says_that_nothing_is_there() {
    let world = World::with_download(&[(11, "TST00000001")]);
    let said = world.pinax(&["run"]);
    assert!(said.code == Some(0) && said.stdout.contains("nothing to do, no picture in folder "), "{said:?}");
}

#[test]
fn a_check_tries_to_take_files_away() {
    let world = World::with_download(&[(11, "TST00000001")]);
    let moving = |done: &str| {
        let source = format!("settle_seconds = 0, after = \"move\", done = \"{done}\"");
        world.write("pinax.toml", world.config.replace("settle_seconds = 0", &source));
        world.pinax(&["check"])
    };
    let fine = moving("done");
    assert!(fine.code == Some(0) && fine.stdout.contains("ok: source files can be taken away"), "{fine:?}");
    let refused = moving("occurrences.csv");
    assert!(refused.code == Some(2) && refused.stdout.contains("occurrences.csv cannot be written to"), "{refused:?}");
    assert!(world.tree("drop").is_empty());
}

#[test]
fn what_a_check_warns_of_is_not_said_to_be_in_order() {
    let world = World::with_download(&[(11, "TST00000001")]);
    world.write("pinax.toml", world.config.replace("import-csv", "dwca"));
    let check = world.pinax(&["check"]);
    assert_eq!(check.code, Some(0), "{check:?}");
    assert!(check.stdout.contains("note: the portal's import of archives overwrites records"), "{check:?}");
    assert!(check.stdout.contains("ok: configuration pinax.toml"), "{check:?}");
}

#[test]
fn texts_of_a_small_batch() {
    let world = filled();
    let mut told = String::new();
    for verb in [
        &["check"][..],
        &["status"],
        &["plan"],
        &["run"],
        &["run"],
        &["status"],
        &["review"],
        &["report", "1", "--out", "reports"],
        &["report", "7"],
        &["run", "nobody"],
    ] {
        told.push_str(&format!("$ pinax {}\n{}\n", verb.join(" "), shown(&world, verb[0], &world.pinax(verb))));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn json_is_one_object_for_each_verb() {
    let world = filled();
    for verb in [
        &["check", "--json"][..],
        &["plan", "--json"],
        &["run", "--json"],
        &["status", "--json"],
        &["review", "--json"],
    ] {
        let said = world.pinax(verb);
        assert!(said.json().is_object(), "{verb:?}");
        assert_eq!(said.stdout.trim_end().lines().count(), 1, "{verb:?}");
    }
    let plan = world.pinax(&["plan", "--json"]).json();
    assert_eq!(
        plan["link"].as_u64().unwrap() + plan["put_aside"].as_u64().unwrap() + plan["unchanged"].as_u64().unwrap(),
        6
    );
}

#[test]
fn plan_changes_nothing() {
    let world = filled();
    let before = world.tree("");
    let said = world.pinax(&["plan"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.stdout.contains("link\tTST00000001.jpg\tTST00000001\toccid 11\thttps://img.example.org/tst/"),
        "{said:?}"
    );
    let after: Vec<_> = world.tree("").into_keys().filter(|path| !path.starts_with("pinax.cache/")).collect();
    let before: Vec<_> = before.into_keys().collect();
    assert_eq!(after, before);
}

#[test]
fn the_report_escapes_what_file_names_hold() {
    let world = World::with_download(&[(1, "TST00000001")]);
    world.sheet("TST00000001.jpg", 1);
    world.sheet("=<script>alert('x')<!-- &amp; TST.jpg", 2);
    world.pinax(&["run"]);
    let said = world.pinax(&["report"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let page = std::fs::read_to_string(world.path("pinax-tst-batch-1.html")).unwrap();
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(&#39;x&#39;)"), "{page}");
    assert_eq!(page.matches("data:image/jpeg").count(), 2, "one from the store, one made for the page");
    let table = std::fs::read_to_string(world.path("pinax-tst-batch-1.csv")).unwrap();
    assert!(table.contains("'=<script>"), "{table}");
}

#[test]
fn an_error_is_one_json_object_too() {
    let world = filled();
    for verb in [
        &["run", "nobody", "--json"][..],
        &["status", "--json"],
        &["report", "--json"],
        &["--config", "nowhere.toml", "check", "--json"],
    ] {
        let said = world.pinax(verb);
        assert_eq!(said.code, Some(2), "{verb:?}");
        assert!(said.json()["error"].is_string() && said.stdout.trim_end().lines().count() == 1, "{said:?}");
    }
    std::fs::remove_dir_all(world.path("drop")).unwrap();
    for verb in ["plan", "run"] {
        let said = world.pinax(&[verb, "--json"]);
        assert!(said.code == Some(2) && said.json()["error"].is_string(), "{said:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault_and_a_full_disk_is() {
    let world = filled();
    world.pinax(&["run"]);
    for verb in ["status", "review", "plan", "run"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = world.command(&[verb]).stdout(writer).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && !stderr.contains("panicked"), "{verb}: {output:?}");
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = world.command(&[verb]).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{verb}: {output:?}");
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert_eq!(world.command(&[verb]).stderr(full).output().unwrap().status.code(), Some(1), "{verb}");
    }
}
