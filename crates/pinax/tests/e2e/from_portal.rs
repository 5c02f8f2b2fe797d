//! A configuration made from the profiles of a portal.

use pinax_testkit::mariadb::TestMariadb;

use super::world::World;

#[test]
fn a_portals_profile_becomes_a_configuration_that_works() {
    let server = TestMariadb::with_records(3);
    let mut world = World::with_database(&server);
    let (drop, www) = (world.path("drop"), world.path("www"));
    server.exec(&format!(
        r#"INSERT INTO specprocessorprojects (collid, title, projectType, specKeyPattern, sourcePath, targetPath, imgUrl,
               webPixWidth, tnPixWidth, lgPixWidth, jpgCompression, createTnImg, createLgImg)
           VALUES (1, 'Our "sheets"', 'local', '/^(TST\\d{{8}})\\D*/', '{}', '{}', 'https://img.example.org/tst/',
               400, 100, 500, 85, 1, 1),
               (1, 'Far away', 'iplant', '/^(TST\\d{{8}})\\D*/', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"#,
        drop.display(),
        www.display()
    ));
    let url = server.url();
    let asked = ["init", "--from-portal", &url, "--collection", "TST:VASC", "--config", "new.toml", "--json"];
    let said = world.pinax(&asked);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stderr.contains("grant SELECT on specprocessorprojects"), "{said:?}");
    assert!(!world.path("new.toml").exists());

    server.exec("GRANT SELECT ON symbiota.specprocessorprojects TO 'pinax'@'%'");
    let said = world.pinax(&asked);
    let told = said.json();
    assert_eq!(said.code, Some(1), "one profile waits for a person: {said:?}");
    assert_eq!((&told["profiles"][0], &told["incomplete"][0]), (&"our-sheets".into(), &"far-away".into()));
    let written = std::fs::read_to_string(world.path("new.toml")).unwrap();
    assert!(written.contains("CyVerse") && !written.contains(TestMariadb::PASSWORD), "{written}");
    assert!(!format!("{said:?}").contains(TestMariadb::PASSWORD), "{said:?}");

    // It is never written over.
    let again = world.pinax(&asked);
    assert_eq!(again.code, Some(2), "{again:?}");
    assert_eq!(std::fs::read_to_string(world.path("new.toml")).unwrap(), written);

    let checked = world.pinax(&["check", "--config", "new.toml"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    world.sheet("TST00000002.jpg", 2);
    let ran = world.pinax(&["run", "--config", "new.toml", "--json"]);
    assert_eq!(ran.json()["linked"], 1, "{ran:?}");

    // The password from a file, or in the URL, is not written either.
    world.password = None;
    world.write("secret", TestMariadb::PASSWORD);
    let asked =
        ["init", "--from-portal", &url, "--collection", "1", "--password-file", "secret", "--config", "two.toml"];
    assert_eq!(world.pinax(&asked).code, Some(1));
    assert_eq!(world.pinax(&["check", "--config", "two.toml"]).code, Some(0));
    let with_password = url.replace('@', &format!(":{}@", TestMariadb::PASSWORD));
    let asked = ["init", "--from-portal", &with_password, "--collection", "TST:VASC", "--config", "three.toml"];
    let said = world.pinax(&asked);
    assert!(!format!("{said:?}").contains(TestMariadb::PASSWORD), "{said:?}");
    for file in ["two.toml", "three.toml"] {
        assert!(!std::fs::read_to_string(world.path(file)).unwrap().contains(TestMariadb::PASSWORD), "{file}");
    }
}
