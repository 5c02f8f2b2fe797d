//! Both ways to work below a folder do the same.

macro_rules! same_for {
    ($system:ident) => {
        mod $system {
            use std::io::{ErrorKind, Read as _, Write as _};

            use crate::beneath::Kind;
            use crate::beneath::$system::{Folder, path_bytes, status_of};

            #[test]
            fn works_below_a_folder_and_never_leaves_it() {
                let place = tempfile::tempdir().unwrap();
                let root = Folder::root(place.path()).unwrap();
                assert_eq!(root.identity().unwrap(), root.again().unwrap().identity().unwrap());
                root.make_folder(b"a").unwrap();
                assert_eq!(root.make_folder(b"a").unwrap_err().kind(), ErrorKind::AlreadyExists);
                let a = root.folder(b"a").unwrap();
                a.create_new(b"f").unwrap().write_all(b"12").unwrap();
                assert_eq!(a.create_new(b"f").unwrap_err().kind(), ErrorKind::AlreadyExists);
                let mut text = String::new();
                let mut file = a.open(b"f").unwrap();
                file.read_to_string(&mut text).unwrap();
                assert_eq!(text, "12");
                assert_eq!(a.status(b"f").unwrap(), status_of(&file).unwrap());
                assert_eq!(a.status(b"f").unwrap().size_bytes, 2);

                a.rename_new(b"f", &root, b"g").unwrap();
                a.create_new(b"f").unwrap();
                assert_eq!(a.rename_new(b"f", &root, b"g").unwrap_err().kind(), ErrorKind::AlreadyExists);
                assert_eq!(a.rename_new(b"?", &root, b"h").unwrap_err().kind(), ErrorKind::NotFound);

                std::os::unix::fs::symlink(place.path(), place.path().join("l")).unwrap();
                assert_eq!(root.status(b"l").unwrap().kind, Kind::Link);
                assert_eq!(root.folder(b"l").unwrap_err().kind(), ErrorKind::NotADirectory);
                assert_eq!(root.folder(b"g").unwrap_err().kind(), ErrorKind::NotADirectory);
                assert!(root.open(b"l").is_err());

                let mut entries = root.again().unwrap().entries().unwrap();
                let mut seen = Vec::new();
                while let Some(entry) = entries.next() {
                    let entry = entry.unwrap();
                    let kind = entries.status(&entry).unwrap().kind;
                    assert_eq!(entry.kind().unwrap_or(kind), kind);
                    assert_eq!(entries.folder(&entry).is_ok(), kind == Kind::Folder);
                    assert!(entries.open(&entry).is_ok() || kind != Kind::File);
                    assert!(entries.open(&entry).is_err() || kind != Kind::Link);
                    seen.push((entry.name().unwrap().to_owned(), kind));
                }
                seen.sort_by(|one, other| one.0.cmp(&other.0));
                let wanted = [(b"a".to_vec(), Kind::Folder), (b"g".to_vec(), Kind::File), (b"l".to_vec(), Kind::Link)];
                assert_eq!(seen, wanted);

                assert!(root.remove_folder(b"a").is_err());
                a.remove_file(b"f").unwrap();
                root.remove_folder(b"a").unwrap();
                root.sync().unwrap();
                assert_eq!(path_bytes("/x/y".as_ref()), Some(&b"/x/y"[..]));
            }
        }
    };
}

same_for!(unix);
same_for!(portable);

mod fallbacks {
    use std::io::ErrorKind;

    use crate::beneath::unix::Folder;
    use crate::beneath::{Kind, parts, reach};

    /// For file systems that cannot rename without replacing, and those that have no hard links either.
    #[test]
    fn names_are_never_replaced() {
        for rename in [Folder::rename_by_link, Folder::rename_by_looking] {
            let place = tempfile::tempdir().unwrap();
            let root = Folder::root(place.path()).unwrap();
            root.create_new(b"a").unwrap();
            root.create_new(b"b").unwrap();
            assert_eq!(rename(&root, b"a", &root, b"b").unwrap_err().kind(), ErrorKind::AlreadyExists);
            rename(&root, b"a", &root, b"c").unwrap();
            assert!(root.status(b"a").is_err());
            assert_eq!(root.status(b"c").unwrap().kind, Kind::File);
        }
    }

    #[test]
    fn paths_stay_below_the_root() {
        for bad in [&b""[..], b"/a", b"a/", b"a//b", b"..", b"a/../b", b"./a", b"a\0b"] {
            assert_eq!(parts(bad).unwrap_err().kind(), ErrorKind::InvalidInput, "{bad:?}");
        }
        let place = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/", place.path().join("out")).unwrap();
        let root = Folder::root(place.path()).unwrap();
        assert!(reach(&root, b"out/etc").is_err());
        assert_eq!(reach(&root, b"..a").unwrap().1, b"..a");
    }
}
