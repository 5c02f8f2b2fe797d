//! Names that are no specimen pictures whatever they hold: hidden files, litter of systems, unfinished transfers.

/// What a name alone tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// Nothing: look at it.
    Ordinary,
    /// Hidden, or left by a system; nobody misses it.
    Litter,
    /// What a program writes before it renames it; left behind when the transfer broke off.
    Unfinished,
}

const LITTER: [&[u8]; 7] = [
    b"thumbs.db",
    b"ehthumbs.db",
    b"desktop.ini",
    b"@eadir",
    b"__macosx",
    b"$recycle.bin",
    b"system volume information",
];

const UNFINISHED: [&[u8]; 6] = [b".part", b".partial", b".tmp", b".crdownload", b".filepart", b".download"];

/// Looks at one name, not at a path.
pub(super) fn look_at(name: &[u8]) -> Name {
    let ends_with = |end: &&[u8]| name.len() > end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end);
    if name.starts_with(b".") || LITTER.iter().any(|litter| name.eq_ignore_ascii_case(litter)) {
        Name::Litter
    } else if name.starts_with(b"~$") || UNFINISHED.iter().any(ends_with) {
        Name::Unfinished
    } else {
        Name::Ordinary
    }
}

#[cfg(test)]
mod tests {
    use super::{Name, look_at};

    #[test]
    fn names_tell() {
        let cases = [
            ("TST00000001.jpg", Name::Ordinary),
            ("..a", Name::Litter),
            ("a..", Name::Ordinary),
            (".DS_Store", Name::Litter),
            (".TST00000001.jpg.Xy12aB", Name::Litter),
            ("THUMBS.DB", Name::Litter),
            ("@eaDir", Name::Litter),
            ("$RECYCLE.BIN", Name::Litter),
            ("__MACOSX", Name::Litter),
            ("TST00000001.jpg.PART", Name::Unfinished),
            ("TST00000001.jpg.filepart", Name::Unfinished),
            ("~$TST00000001.jpg", Name::Unfinished),
            ("part", Name::Ordinary),
            ("spare.part.jpg", Name::Ordinary),
        ];
        for (name, wanted) in cases {
            assert_eq!(look_at(name.as_bytes()), wanted, "{name}");
        }
    }
}
