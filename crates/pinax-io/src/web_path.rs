//! Paths of the web and names of files: one is written in the other so that every name survives, whatever it holds.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use url::Url;

use crate::http::same_origin;

/// Everything is escaped but what never means anything (RFC 3986, 2.3).
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Something that lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Child {
    /// Its name as bytes.
    pub(crate) name: Vec<u8>,
    /// The address ends in `/`.
    pub(crate) is_folder: bool,
}

/// What an address found in a folder's page is to the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Link {
    /// It lies in it.
    Child(Child),
    /// It would, but has a name that no file can have here.
    Odd,
    /// It is the folder itself, sorts it, or leads elsewhere.
    Elsewhere,
}

/// The address of what lies at `path` (parts joined by `/`) below `root`, whose path ends in `/`.
pub(crate) fn address(root: &Url, path: &[u8], is_folder: bool) -> Url {
    let mut below = root.path().to_owned();
    for part in path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
        below.extend(percent_encode(part, NAME));
        below.push('/');
    }
    if !is_folder && !path.is_empty() {
        below.pop();
    }
    let mut url = root.clone();
    url.set_path(&below);
    url
}

/// A folder's address: with `/` at the end, without query and fragment.
pub(crate) fn folder_address(mut url: Url) -> Url {
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    url
}

/// Understands an address that stands in the page of `folder`, without asking it: the folder's own children are told
/// from whatever else a page links to.
pub(crate) fn link(folder: &Url, href: &str) -> Link {
    let href = href.trim_matches([' ', '\t', '\n', '\r']);
    // Sorts, and addresses of scripts; a name holds them only escaped.
    if href.contains(['?', '#', '\\']) {
        return Link::Elsewhere;
    }
    let Some(path) = path_of(folder, href) else { return Link::Elsewhere };
    let (path, is_folder) = match path.strip_suffix('/') {
        Some(path) => (path, true),
        None => (path, false),
    };
    let name = if path.starts_with('/') {
        let Some(rest) = below(folder.path(), path) else { return Link::Elsewhere };
        rest
    } else {
        let mut rest = path;
        while let Some(inner) = rest.strip_prefix("./") {
            rest = inner;
        }
        rest
    };
    // Before it is unescaped: `.` means the folder, `%2e` is a file nobody can have.
    if name.is_empty() || name == "." || name == ".." || name.contains('/') {
        return Link::Elsewhere;
    }
    let name: Vec<u8> = percent_decode(name.as_bytes()).collect();
    let impossible = name == b"." || name == b".." || name.contains(&b'/') || name.contains(&0);
    if impossible { Link::Odd } else { Link::Child(Child { name, is_folder }) }
}

/// The path of an address of the same server, absolute or relative, still escaped.
fn path_of<'a>(folder: &Url, href: &'a str) -> Option<&'a str> {
    let authority = href.strip_prefix("//").or_else(|| after_scheme(href));
    let Some(authority) = authority else {
        // Another scheme (`mailto:`), or a name with a colon that was not escaped.
        let first = href.split('/').next().unwrap_or_default();
        return (!first.contains(':')).then_some(href);
    };
    let whole = folder.join(href).ok()?;
    if !same_origin(folder, &whole) || !whole.username().is_empty() || whole.password().is_some() {
        return None;
    }
    Some(authority.find('/').map_or("/", |slash| &authority[slash..]))
}

fn after_scheme(href: &str) -> Option<&str> {
    let (scheme, rest) = href.split_once("://")?;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then_some(rest)
}

/// What follows `folder` in `path`, compared part by part however they are escaped.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let plain = |part: &str| percent_decode(part.as_bytes()).collect::<Vec<u8>>();
    let mut rest = path.strip_prefix('/')?;
    for part in folder.trim_matches('/').split('/').filter(|part| !part.is_empty()) {
        let (first, more) = rest.split_once('/')?;
        if plain(first) != plain(part) {
            return None;
        }
        rest = more;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Child, Link, address, link};

    fn here() -> Url {
        Url::parse("https://a.example.org/img/b%20c/").unwrap()
    }

    #[test]
    fn children_are_found_however_they_are_written() {
        let file = |name: &[u8]| Link::Child(Child { name: name.to_vec(), is_folder: false });
        for (href, name) in [
            ("a.jpg", &b"a.jpg"[..]),
            ("./col:on.jpg", b"col:on.jpg"),
            ("/img/b%20c/a.jpg", b"a.jpg"),
            ("/img/b c/a.jpg", b"a.jpg"),
            ("https://a.example.org/img/b%20c/a.jpg", b"a.jpg"),
            ("HTTPS://A.example.org:443/img/b%20c/a.jpg", b"a.jpg"),
            ("//a.example.org/img/b%20c/a.jpg", b"a.jpg"),
            ("two%20words%2C%20%2B%252F%23%3F.jpg", b"two words, +%2F#?.jpg"),
            ("100%.jpg", b"100%.jpg"),
            ("not%20text%20%FF%fe.jpg", b"not text \xff\xfe.jpg"),
            ("bj\u{f8}rk.jpg", "bj\u{f8}rk.jpg".as_bytes()),
            ("bj%C3%B8rk.jpg", "bj\u{f8}rk.jpg".as_bytes()),
            ("back%5cslash.jpg", b"back\\slash.jpg"),
            (" a.jpg\n", b"a.jpg"),
            ("...", b"..."),
        ] {
            assert_eq!(link(&here(), href), file(name), "{href}");
        }
        assert_eq!(link(&here(), "a../"), Link::Child(Child { name: b"a..".to_vec(), is_folder: true }));
    }

    #[test]
    fn nothing_else_is_a_child() {
        for href in [
            "",
            ".",
            "./",
            "..",
            "../",
            "../x.jpg",
            "/",
            "/img/",
            "/img/b%20c/",
            "/img/x.jpg",
            "/img/b%20c/../x.jpg",
            "?C=N;O=D",
            "a.jpg?x=1",
            "#top",
            "x/y.jpg",
            "x//",
            "x/../y",
            "mailto:me@example.org",
            "javascript:void(0)",
            "col:on.jpg",
            "https://b.example.org/img/b%20c/a.jpg",
            "http://a.example.org/img/b%20c/a.jpg",
            "//b.example.org/img/b%20c/a.jpg",
            "https://me@a.example.org/img/b%20c/a.jpg",
            "https://a.example.org",
            "..\\x.jpg",
            "/img/b%2520c/a.jpg",
            "ftp://a.example.org/img/b%20c/a.jpg",
        ] {
            assert_eq!(link(&here(), href), Link::Elsewhere, "{href}");
        }
        for href in ["%2e%2e", "..%2Fx.jpg", "%2e%2E/", "a%00.jpg", "%2F"] {
            assert_eq!(link(&here(), href), Link::Odd, "{href}");
        }
    }

    #[test]
    fn every_name_survives_the_way_to_an_address_and_back() {
        for name in [
            &b"a.jpg"[..],
            b"two words, +%2F#?.jpg",
            b"quote'\"`$(x);&|<b>.jpg",
            b"line\nfeed\r\t.jpg",
            b"=1+1.csv",
            b"back\\slash.jpg",
            b"not text \xff\xfe.jpg",
            b"%2e%2e",
            b"a..",
            b"col:on",
            b"~x",
            b"%",
            b"...",
            "bj\u{f8}rk e\u{301} \u{690d}\u{7269}.jpg".as_bytes(),
        ] {
            let url = address(&here(), &[b"x y/", name].concat(), false);
            let folder = address(&here(), b"x y", true);
            assert_eq!(folder.path(), "/img/b%20c/x%20y/");
            let wanted = Link::Child(Child { name: name.to_vec(), is_folder: false });
            assert_eq!(link(&folder, url.path()), wanted);
            assert_eq!(link(&folder, url.as_str()), wanted);
            assert_eq!(link(&folder, &url.path()[folder.path().len()..]), wanted);
        }
        assert_eq!(address(&here(), b"", true), here());
    }
}
