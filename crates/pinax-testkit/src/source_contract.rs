//! What every source does: the contract of [`Source`], as tests.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use pinax_core::ErrorKind;
use pinax_core::nouns::profile::AfterLink;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::ports::source::{ListFrom, Source};

/// A source, and hands that work behind its back.
pub trait SourceUnderTest {
    /// The source.
    fn source(&self) -> &dyn Source;
    /// Adds a file, or changes it so that its fingerprint differs too.
    fn put(&self, locator: &[u8], bytes: &[u8]);
    /// Removes a file.
    fn remove(&self, locator: &[u8]);
    /// What was moved away, by locator.
    fn taken(&self) -> BTreeMap<Vec<u8>, Vec<u8>>;
    /// Of [`NAMES`], those that can lie there.
    fn names(&self) -> Vec<&'static [u8]> {
        NAMES.to_vec()
    }
    /// What was put there as what is listed as `locator`: another name where the source makes locators of its own.
    fn put_as(&self, locator: &[u8]) -> Vec<u8> {
        locator.to_vec()
    }
    /// So many files make a long listing; fewer where the server is slow.
    fn many(&self) -> usize {
        2_500
    }
    /// Does a listing tell exact sizes?
    fn tells_sizes(&self) -> bool {
        true
    }
    /// Does a listing tell that a file changed whose length is the same?
    fn tells_changes(&self) -> bool {
        true
    }
    /// Is a file that is gone not listed any more? A table may still name it.
    fn tells_what_is_gone(&self) -> bool {
        true
    }
    /// Can it move and delete files? One that cannot refuses, and leaves everything where it is.
    fn can_take_away(&self) -> bool {
        true
    }
}

/// Names a file system may hold.
pub const NAMES: [&[u8]; 13] = [
    b"TST00000001.jpg",
    b"a/b/c/TST00000002.JPG",
    b"a/TST00000002.JPG",
    b"a../b..a",
    b"two words, +%2F#?.jpg",
    b"quote'\"`$(x);&|<b>.jpg",
    b"line\nfeed\r\t.jpg",
    b"=1+1.csv",
    b"back\\slash.jpg",
    b"-rf",
    b"not text \xff\xfe.jpg",
    "bj\u{f8}rk e\u{301} \u{690d}\u{7269}.jpg".as_bytes(),
    b"empty",
];

/// Runs all of it; `fresh` gives an empty source each time.
///
/// # Panics
/// When the source does not keep the contract.
pub async fn source_contract<S: SourceUnderTest>(fresh: impl Fn() -> S) {
    lists_every_file_once(&fresh()).await;
    lists_many_in_small_parts(&fresh()).await;
    reads_what_was_listed(&fresh()).await;
    refuses_what_is_not_what_was_listed(&fresh()).await;
    let test = fresh();
    if test.can_take_away() {
        takes_away_what_was_listed(&test).await;
    } else {
        refuses_to_take_away(&test).await;
    }
}

/// The whole listing, by locator.
///
/// # Panics
/// When listing fails, or gives a file twice.
pub async fn list_all(source: &dyn Source) -> BTreeMap<Vec<u8>, SourceImage> {
    let mut all = BTreeMap::new();
    let mut parts = source.list(ListFrom::default());
    while let Some(part) = parts.next().await {
        for image in part.expect("listing goes on").files {
            let twice = all.insert(image.locator.as_bytes().to_vec(), image);
            assert!(twice.is_none(), "listed twice: {twice:?}");
        }
    }
    all
}

/// The whole listing, by the names things were put there with.
async fn listed<S: SourceUnderTest>(test: &S) -> BTreeMap<Vec<u8>, SourceImage> {
    list_all(test.source()).await.into_iter().map(|(locator, image)| (test.put_as(&locator), image)).collect()
}

fn content(name: &[u8]) -> Vec<u8> {
    if name == b"empty" { Vec::new() } else { [b"content of ", name].concat() }
}

async fn lists_every_file_once<S: SourceUnderTest>(test: &S) {
    test.source().check().await.expect("an empty source is fine");
    assert!(listed(test).await.is_empty());
    let names = test.names();
    names.iter().for_each(|name| test.put(name, &content(name)));
    let all = listed(test).await;
    assert_eq!(all.keys().map(Vec::as_slice).collect::<Vec<_>>(), sorted(&names));
    for (name, image) in all.iter().filter(|_| test.tells_sizes()) {
        assert_eq!(image.fingerprint.size_bytes, content(name).len() as u64, "{}", image.locator);
    }
    assert_eq!(listed(test).await, all, "nothing changed");
    if !test.tells_changes() {
        return;
    }
    test.put(NAMES[0], b"other");
    let again = listed(test).await;
    assert_ne!(again[NAMES[0]], all[NAMES[0]]);
    assert_eq!(again[NAMES[1]], all[NAMES[1]]);
}

fn sorted<'a>(names: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

async fn lists_many_in_small_parts<S: SourceUnderTest>(test: &S) {
    for number in 0..test.many() {
        test.put(format!("many/{number}.jpg").as_bytes(), b"x");
    }
    let mut parts = test.source().list(ListFrom::default());
    let mut listed = 0;
    while let Some(part) = parts.next().await {
        let files = part.expect("listing goes on").files.len();
        assert!(files <= 5_000, "{files} in one part");
        listed += files;
    }
    assert_eq!(listed, test.many());
}

async fn reads_what_was_listed<S: SourceUnderTest>(test: &S) {
    test.names().iter().for_each(|name| test.put(name, &content(name)));
    for (name, image) in listed(test).await {
        let wanted = content(&name);
        let limit_bytes = wanted.len() as u64;
        assert_eq!(test.source().read(&image, limit_bytes).await.expect("it is readable"), wanted);
        if limit_bytes > 0 {
            let error = test.source().read(&image, limit_bytes - 1).await.expect_err("it is too large");
            assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        }
    }
}

async fn refuses_what_is_not_what_was_listed<S: SourceUnderTest>(test: &S) {
    test.put(b"gone", b"1");
    test.put(b"longer", b"1");
    test.put(b"same length", b"1");
    let all = listed(test).await;
    test.remove(b"gone");
    test.put(b"longer", b"12");
    test.put(b"same length", b"2");
    let changed = [(&b"longer"[..], ErrorKind::Conflict), (b"same length", ErrorKind::Conflict)];
    let changed = changed.into_iter().filter(|_| test.tells_changes());
    for (name, kind) in [(&b"gone"[..], ErrorKind::NotFound)].into_iter().chain(changed) {
        let error = test.source().read(&all[name], 100).await.expect_err("it is another file");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!error.stops_the_run(), "{error}");
    }
    for after in [AfterLink::Move, AfterLink::Delete].into_iter().filter(|_| test.can_take_away()) {
        assert_eq!(test.source().take_away(&all[&b"gone"[..]], after).await.expect("it is gone"), None);
        let error = test.source().take_away(&all[&b"longer"[..]], after).await.expect_err("it is another file");
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    }
    let left = if test.tells_what_is_gone() { 2 } else { 3 };
    assert_eq!(listed(test).await.len(), left, "what changed stays");
}

async fn takes_away_what_was_listed<S: SourceUnderTest>(test: &S) {
    test.names().iter().for_each(|name| test.put(name, &content(name)));
    let all = listed(test).await;
    for (name, image) in &all {
        assert_eq!(test.source().take_away(image, AfterLink::Keep).await.expect("it stays"), None);
        let moves = name.len() % 2 == 0;
        let after = if moves { AfterLink::Move } else { AfterLink::Delete };
        let went = test.source().take_away(image, after).await.expect("it can be taken away");
        assert_eq!(went.is_some(), moves);
        let error = test.source().read(image, 1_000).await.expect_err("it is gone");
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        assert_eq!(test.source().take_away(image, after).await.expect("twice is once"), None);
    }
    assert!(listed(test).await.is_empty());
    let moved: BTreeMap<Vec<u8>, Vec<u8>> =
        all.into_keys().filter(|name| name.len() % 2 == 0).map(|name| (name.clone(), content(&name))).collect();
    assert_eq!(test.taken(), moved);
}

async fn refuses_to_take_away<S: SourceUnderTest>(test: &S) {
    test.put(b"a.jpg", b"1");
    let all = listed(test).await;
    assert_eq!(test.source().take_away(&all[&b"a.jpg"[..]], AfterLink::Keep).await.expect("it stays"), None);
    test.source().check_taking_away(AfterLink::Keep).await.expect("nothing is asked");
    for after in [AfterLink::Move, AfterLink::Delete] {
        let error = test.source().check_taking_away(after).await.expect_err("it cannot");
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        let error = test.source().take_away(&all[&b"a.jpg"[..]], after).await.expect_err("it cannot");
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    }
    assert_eq!(listed(test).await, all);
}
