//! Tables as people make them.

use std::collections::BTreeMap;
use std::fs;

use pinax_core::ErrorKind;
use pinax_core::nouns::source_image::SourceImage;
use pinax_core::ports::source::Source as _;
use pinax_io::source::csv_map::{CsvMapOptions, CsvMapSource, CsvPlace};
use pinax_testkit::scripted_web::{ScriptedWeb, WebReply};
use url::Url;

use super::{listed, options, source};

const PUBLIC: &str = "https://img.example.org/";

async fn of(text: impl AsRef<[u8]>) -> pinax_core::Result<pinax_core::ports::source::Listing> {
    let place = tempfile::tempdir().unwrap();
    let table = place.path().join("pictures.txt");
    fs::write(&table, text).unwrap();
    listed(&source(&table, PUBLIC)).await
}

fn media(image: &SourceImage) -> BTreeMap<&str, &str> {
    image.statement.as_ref().unwrap().media.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect()
}

fn number(image: &SourceImage) -> &str {
    image.statement.as_ref().unwrap().catalog_number.as_deref().unwrap()
}

#[tokio::test]
async fn every_delimiter_and_name_of_a_column_is_understood() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = "\u{feff}dwc:Catalog Number,Large JPG,Thumbnail (optional),photographer,license,Box\r\n\
                    TST 1,https://img.example.org/a b \u{fc}.jpg,https://img.example.org/t.jpg,\"M\u{fc}ller, A.\",CC0,7\r\n\r\n"
            .replace(", A", "# A")
            .replace(',', delimiter)
            .replace("# A", ", A");
        let listing = of(text).await.unwrap();
        let image = &listing.files[0];
        assert_eq!(image.locator.to_string(), "TST 1/https://img.example.org/a%20b%20%C3%BC.jpg", "{delimiter:?}");
        assert_eq!(number(image), "TST 1");
        let wanted = [
            ("originalUrl", "https://img.example.org/a%20b%20%C3%BC.jpg"),
            ("thumbnailUrl", "https://img.example.org/t.jpg"),
            ("creator", "M\u{fc}ller, A."),
            ("rights", "CC0"),
        ];
        assert_eq!(media(image), BTreeMap::from(wanted), "{delimiter:?}");
        assert!(listing.is_whole && listing.findings.len() == 1, "{:?}", listing.findings);
        assert!(listing.findings[0].message.contains("Box"));
    }
}

#[tokio::test]
async fn rows_that_say_too_little_are_told_by_line() {
    let listing = of("catalogNumber,originalUrl,thumbnailUrl,caption\n\
         1,https://img.example.org/1.jpg,,\n\
         \n\
         2,,,\n\
         ,https://img.example.org/3.jpg,,\n\
         4,not an address,,\n\
         1,https://img.example.org/1.jpg,,again\n\
         1,https://img.example.org/1b.jpg,,\n\
         5,https://img.example.org/1.jpg,,\n\
         6,https://img.example.org/6.jpg,t.jpg,\n\
         7,https://img.example.org/7.jpg,,a,b\n\
         ,,,\n\
         8/9%,https://img.example.org/8.jpg,,\n")
    .await
    .unwrap();
    let names: Vec<String> = listing.files.iter().map(|image| image.locator.to_string()).collect();
    let wanted = ["1/1.jpg", "1/1b.jpg", "5/1.jpg", "6/6.jpg", "8%2F9%25/8.jpg"];
    let wanted = wanted.map(|name| name.replacen('/', "/https://img.example.org/", 1));
    assert_eq!(names, wanted);
    assert_eq!(number(&listing.files[4]), "8/9%");
    let told: String = listing.findings.iter().map(|finding| format!("{}\n", finding.message)).collect();
    for (what, line) in [
        ("number is missing", 5),
        ("address is missing", 4),
        ("address cannot be used", 6),
        ("came before", 7),
        ("further address", 10),
        ("more cells", 11),
    ] {
        let row = told.lines().find(|row| row.contains(what)).unwrap_or_else(|| panic!("{what}\n{told}"));
        assert!(row.contains(&format!("line {line}")), "{row}");
    }
    assert_eq!(listing.findings.len(), 6, "{told}");
}

#[tokio::test]
async fn a_changed_row_is_a_changed_picture() {
    let print = |text: &'static str| async move { of(text).await.unwrap().files.remove(0).fingerprint };
    let first = print("catalogNumber,url,caption\n1,https://img.example.org/1.jpg,a\n").await;
    assert_eq!(first, print("caption;catalogNumber;url\n a ;1;https://img.example.org/1.jpg\n").await);
    assert_ne!(first, print("catalogNumber,url,caption\n1,https://img.example.org/1.jpg,b\n").await);
}

#[tokio::test]
async fn tables_that_cannot_be_used_are_refused() {
    for (text, what) in [
        (&b""[..], "empty"),
        (b"catalogNumber,caption\n1,a\n", "originalUrl"),
        (b"otherCatalogNumbers,originalUrl\n1,https://img.example.org/1.jpg\n", "catalogNumber"),
        (b"catalogNumber,originalUrl,large\n", "two columns"),
        (b"\xff\xfec\0a\0t\0", "UTF-16"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "no table"),
    ] {
        let error = of(text).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().contains(what) && error.hint_text().is_some(), "{error}");
    }
    let latin1 = of(b"catalogNumber,url,creator\n1,https://img.example.org/1.jpg,M\xfcller\n").await.unwrap();
    assert_eq!(media(&latin1.files[0])["creator"], "M\u{fc}ller");
    assert_eq!(latin1.findings.len(), 1, "{:?}", latin1.findings);
    let gone = source("/nowhere/at/all.csv".as_ref(), PUBLIC).check().await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Config, "{gone}");
}

/// A server that has a table and pictures.
fn server() -> ScriptedWeb {
    ScriptedWeb::start(|request| {
        let host = request.header("host").unwrap_or_default();
        match request.target.as_str() {
            "/table.csv" => WebReply::bytes(format!(
                "catalogNumber,originalUrl,archiveUrl\n1,http://{host}/1.jpg,http://{host}/1.tif\n2,http://{host}/page.jpg,\n\
                 3,http://{host}/closed.jpg,\n4,http://{host}/gone.jpg,\n5,http://169.254.169.254/latest/meta-data,\n"
            )),
            "/1.jpg" => WebReply::bytes("small"),
            "/1.tif" => WebReply::bytes("large"),
            "/page.jpg" => WebReply::bytes("<html>log in</html>").header("Content-Type", "text/html"),
            "/closed.jpg" => WebReply::status(401),
            "/cut.csv" => WebReply::bytes("catalogNumber,originalUrl\n1,x\n").saying(1_000).cut_at(10),
            _ => WebReply::status(404),
        }
    })
}

#[tokio::test]
async fn a_table_of_the_web_is_fetched_and_pictures_only_from_where_they_may() {
    let web = server();
    let place = CsvPlace::Web(Url::parse(&web.url("/table.csv")).unwrap());
    let source = CsvMapSource::new(options(place.clone(), &web.url("/"))).unwrap();
    let files = listed(&source).await.unwrap().files;
    assert_eq!(source.read(&files[0], 100).await.unwrap(), b"small");
    assert_eq!(source.public_uri(&files[0]).unwrap().unwrap().as_str(), web.url("/1.jpg"));
    for (at, kind) in
        [(1, ErrorKind::Rejected), (2, ErrorKind::Rejected), (3, ErrorKind::NotFound), (4, ErrorKind::Rejected)]
    {
        let error = source.read(&files[at], 100).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
    let plain = SourceImage { statement: None, ..files[0].clone() };
    assert_eq!(source.read(&plain, 100).await.unwrap(), b"small", "the locator is enough");
    let mut archive = options(place.clone(), &web.url("/"));
    archive.from_archive = true;
    assert_eq!(CsvMapSource::new(archive).unwrap().read(&files[0], 100).await.unwrap(), b"large");
    let mut unnamed = CsvMapOptions::new(place.clone());
    unnamed.allow_http = true;
    let error = CsvMapSource::new(unnamed).unwrap().read(&files[0], 100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "the table's server is not named for pictures: {error}");
    let mut small = options(place, &web.url("/"));
    small.table_limit_bytes = 50;
    assert_eq!(listed(&CsvMapSource::new(small).unwrap()).await.unwrap_err().kind(), ErrorKind::Rejected);
    let cut = CsvPlace::Web(Url::parse(&web.url("/cut.csv")).unwrap());
    let error = listed(&CsvMapSource::new(options(cut, &web.url("/"))).unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "a short table is no table: {error}");
}

#[tokio::test]
async fn http_is_refused_unless_it_is_meant() {
    let place = tempfile::tempdir().unwrap();
    let table = place.path().join("t.csv");
    fs::write(&table, "catalogNumber,originalUrl\n1,http://img.example.org/1.jpg\n").unwrap();
    let strict = CsvMapSource::new(CsvMapOptions::new(CsvPlace::File(table))).unwrap();
    let listing = listed(&strict).await.unwrap();
    assert!(listing.files.is_empty() && listing.findings.len() == 1, "{:?}", listing.findings);
}
