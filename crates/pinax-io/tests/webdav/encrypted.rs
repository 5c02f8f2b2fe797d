//! Servers that speak https, and whether they are who they say they are.

use std::fs;

use pinax_core::ErrorKind;
use pinax_core::ports::source::Source as _;
use pinax_io::http::HttpOptions;
use pinax_io::source::webdav::{WebdavSource, WebdavSourceOptions};
use pinax_testkit::mariadb::certificate::stranger;
use pinax_testkit::source_contract::list_all;
use pinax_testkit::web_server::{WebServer, make_folder};
use url::Url;

fn source(url: &str, authority_pem: Option<Vec<u8>>) -> WebdavSource {
    let url = Url::parse(url).unwrap();
    let options = WebdavSourceOptions::new(url.clone());
    let http = HttpOptions { authority_pem, ..super::hurry(options.http.clone(), &url) };
    WebdavSource::new(WebdavSourceOptions { http, ..options }).unwrap()
}

#[tokio::test]
async fn a_server_must_prove_who_it_is() {
    let place = tempfile::tempdir().unwrap();
    let server = WebServer::apache_dav_encrypted(place.path());
    fs::write(place.path().join("1.jpg"), "1").unwrap();
    let url = server.encrypted_url("/dav/");
    let known = source(&url, Some(fs::read(server.ca()).unwrap()));
    let all = list_all(&known).await;
    assert_eq!(known.read(&all[&b"1.jpg"[..]], 10).await.unwrap(), b"1");
    for authority in [None, Some(stranger().into_bytes())] {
        let error = source(&url, authority).check().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert!(error.to_string().contains("certificate"), "{error}");
    }
}

#[tokio::test]
async fn nothing_is_fetched_in_the_clear_because_a_server_says_so() {
    let place = tempfile::tempdir().unwrap();
    let server = WebServer::apache_dav_encrypted(place.path());
    make_folder(place.path(), &place.path().join("projects"));
    let authority = fs::read(server.ca()).unwrap();
    source(&server.encrypted_url("/dav-anon/projects"), Some(authority.clone())).check().await.unwrap();
    let error = source(&server.encrypted_url("/dav-anon/downgraded"), Some(authority)).check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert!(error.to_string().contains("from https to http"), "{error}");
}
