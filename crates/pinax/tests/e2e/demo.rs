//! The demo does the whole job, and each sad case ends as it should.

use super::world::World;

#[test]
fn the_demo_shows_what_became_of_each_file() {
    let world = World::with_download(&[]);
    let said = world.pinax(&["demo", "play"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    for (file, became) in [
        ("TST00000001.jpg", "for import"),
        ("TST00000003.jpg", "for import"),
        ("TST00000003 copy.jpg", "nothing to do: duplicate"),
        ("TST00000004_2.jpg", "for import"),
        ("TST00000005.jpg", "for import"),
        ("TST00000011.jpg", "for import"),
        ("TST00000014 (Blüte #2, 50%).jpg", "for import"),
        ("TST00000021.jpg", "failed: truncated"),
        ("TST00000022.jpg", "failed: empty"),
        ("TST00000023.jpg", "failed: unsupported-format"),
        ("TST00000024.jpg", "failed: not-an-image"),
        ("TST00000090.jpg", "to review: no-record"),
        ("TST00000091.jpg", "to review: several-records"),
        ("TST00000001_tn.jpg", "to review: derivative-name"),
        ("IMG_2041.jpg", "to review: name-not-matched"),
        ("notes.txt", "left alone"),
    ] {
        let line = said.stdout.lines().find(|line| line.trim_start().starts_with(&format!("{file} ")));
        assert!(line.is_some_and(|line| line.ends_with(became)), "{file}: {line:?} should end in {became}");
    }
    // What it names is there, and the links are for the portal.
    let page = std::fs::read_to_string(world.path("play/pinax-demo-batch-1.html")).unwrap();
    assert!(page.contains("data:image/jpeg;base64,") && page.contains("several-records"));
    let links = std::fs::read_to_string(world.path("play/for-the-portal/demo-batch1-1.csv")).unwrap();
    assert!(links.starts_with("occid,"), "{links}");
    assert!(links.contains("https://img.example.org/tst/TST00000/TST00000014_Bl%C3%BCte_%232%2C_50%25.jpg"), "{links}");
    // A turned sheet was put upright: wider than high on the side, higher than wide when shown.
    let turned = std::fs::read(world.path("play/www/tst/TST00000/TST00000005_med.jpg")).unwrap();
    let probe = pinax_image::probe(&turned, &pinax_image::Limits::default()).unwrap();
    assert_eq!((probe.upright_size(), probe.needs_turn()), ((1400, 2100), false));
    // Twice is once, and a second demo takes another folder.
    let again = world.pinax(&["--config", "play/pinax.toml", "run", "--json"]).json();
    assert_eq!(again["unchanged"], again["found"]);
}
