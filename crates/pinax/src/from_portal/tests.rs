use pinax_core::nouns::collection::CollectionKey;
use pinax_io::portal::mariadb::ProcessingProfile;

use super::{Draft, draft};
use crate::config::Config;

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A profile that has a counterpart in everything.
fn sheets() -> ProcessingProfile {
    ProcessingProfile {
        id: Some(3),
        title: "Herbarium sheets".to_owned(),
        project_type: text("local"),
        spec_key_pattern: text(r"/^(TST\d{8})\D*/"),
        source_path: text("/drop/sheets/"),
        target_path: text("/www/tst/"),
        img_url: text("https://img.example.org/tst/"),
        web_pix_width: Some(1200),
        tn_pix_width: Some(130),
        lg_pix_width: Some(2400),
        jpg_compression: Some(70),
        create_tn_img: Some(1),
        create_lg_img: Some(1),
        ..ProcessingProfile::default()
    }
}

fn drafted(profiles: &[ProcessingProfile]) -> Draft {
    let key: CollectionKey = "TST:VASC".parse().unwrap();
    draft("mysql://pinax@localhost/symbiota", None, &key, profiles)
}

/// What is written is read by our own reader, whatever the profiles hold.
fn read(draft: &Draft) -> Config {
    Config::parse(&draft.text, "/".into()).unwrap_or_else(|error| panic!("{error:#}\n{}", draft.text))
}

#[test]
fn a_profile_keeps_its_meaning() {
    let row = ProcessingProfile { pattern_replace: text("#^#"), replace_str: text("barcode- "), ..sheets() };
    let draft = drafted(&[row]);
    let config = read(&draft);
    let options = config.profile_options("herbarium-sheets").unwrap();
    assert_eq!((options.identify.pattern.as_str(), options.source.skeletal()), (r"/^(TST\d{8})\D*/", false));
    let replace = options.identify.replace.as_ref().unwrap();
    assert_eq!((replace.pattern.as_str(), replace.with.as_str()), ("/^/", "barcode- "));
    let profile = config.profile("herbarium-sheets").unwrap();
    let recipe = profile.recipe;
    assert_eq!((recipe.thumbnail_px, recipe.medium_px, recipe.large_px, recipe.quality), (Some(130), 1200, 2400, 70));
    assert_eq!(options.store.as_ref().unwrap().address(), Some(("https://img.example.org/tst/", false)));
    assert_eq!(draft.findings().len(), 1, "only what is asked at each run: {:?}", draft.findings());
}

#[test]
fn what_is_not_set_is_the_portals_own() {
    let row = ProcessingProfile {
        web_pix_width: None,
        lg_pix_width: Some(0),
        jpg_compression: None,
        create_tn_img: None,
        ..sheets()
    };
    let draft = drafted(&[row]);
    let recipe = read(&draft).profile("herbarium-sheets").unwrap().recipe;
    assert_eq!((recipe.thumbnail_px, recipe.medium_px, recipe.large_px, recipe.quality), (None, 1400, 3200, 80));
    let told = draft.findings().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(
        told.contains("the medium width") && told.contains("the large width") && !told.contains("thumbnail"),
        "{told}"
    );
}

#[test]
fn what_has_no_counterpart_is_told() {
    type Change = fn(&mut ProcessingProfile);
    let cases: [(Change, bool, &str); 20] = [
        (|row| row.create_tn_img = Some(2), true, "createTnImg 2"),
        (|row| row.create_tn_img = Some(3), true, "createTnImg 3"),
        (|row| row.create_lg_img = None, true, "createLgImg 0"),
        (|row| row.create_lg_img = Some(2), true, "createLgImg 2"),
        (|row| row.create_lg_img = Some(4), true, "createLgImg 4"),
        (|row| row.custom_stored_procedure = text("tidy"), true, "customStoredProcedure"),
        (|row| row.img_url = text("http://img.example.org/tst"), true, "http, not https"),
        (|row| row.source_path = text("drop"), true, "not a whole path"),
        (|row| row.source_path = text("https://img.example.org/raw/"), false, "web address"),
        (|row| row.source_path = text("/www/tst/raw"), false, "folder it writes to"),
        (|row| row.project_type = text("iplant"), false, "CyVerse"),
        (|row| (row.project_type, row.title) = (None, "iDigBio CSV upload".to_owned()), false, "iDigBio"),
        (|row| (row.project_type, row.title) = (None, "OCR Harvest".to_owned()), false, "text read from pictures"),
        (|row| row.img_url = text("/media/tst"), false, "no host"),
        (|row| row.target_path = None, false, "MEDIA_ROOT_PATH"),
        (|row| row.spec_key_pattern = text("images.csv"), false, "table of pictures"),
        (|row| row.spec_key_pattern = text(r"#^(TST\d+)#"), false, "no slashes"),
        (|row| row.spec_key_pattern = text(r"/^(TST\d+/"), false, "does not compile"),
        (|row| row.tn_pix_width = Some(5000), false, "not in order of size"),
        (|row| row.jpg_compression = Some(400), false, "quality"),
    ];
    for (change, complete, says) in cases {
        let mut row = sheets();
        change(&mut row);
        let draft = drafted(&[row]);
        let told: Vec<String> =
            draft.findings().iter().map(|finding| format!("{finding} {:?}", finding.hint)).collect();
        assert!(told.iter().any(|line| line.contains(says)), "{says}: {told:?}");
        assert_eq!(draft.names(true).len(), usize::from(complete), "{says}: {told:?}");
        assert!(draft.text.contains(says), "{says} in\n{}", draft.text);
        assert_eq!(read(&draft).profile_names().count(), usize::from(complete), "{says}");
    }
}

#[test]
fn nothing_in_a_profile_breaks_the_file() {
    let nasty = "a'b\"c\\ '''\n[portal]\r\u{7f}\u{1} \u{2028}# å";
    let draft = drafted(&[
        ProcessingProfile { title: nasty.to_owned(), last_run_date: text(nasty), source_path: text(nasty), ..sheets() },
        ProcessingProfile { replace_str: text(nasty), pattern_replace: text("/^/"), ..sheets() },
        ProcessingProfile { source_path: text("https://x/\n[portal]"), ..sheets() },
        ProcessingProfile { title: "標本".to_owned(), target_path: text("/www/other"), ..sheets() },
    ]);
    let config = read(&draft);
    assert_eq!(draft.names(true), ["a-b-c-portal", "herbarium-sheets"]);
    assert_eq!(draft.names(false), ["herbarium-sheets-2", "profile"], "the last publishes elsewhere at one address");
    let options = config.profile_options("a-b-c-portal").unwrap();
    assert_eq!(options.source.path().unwrap().to_str(), Some(nasty));
    let options = config.profile_options("herbarium-sheets").unwrap();
    assert_eq!(options.identify.replace.as_ref().unwrap().with, nasty);
}
