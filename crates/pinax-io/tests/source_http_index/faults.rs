//! A server that is killed in the middle, and started again.

use std::fs;
use std::time::Duration;

use futures::StreamExt as _;
use pinax_core::ErrorKind;
use pinax_core::ports::source::{ListFrom, Source as _};
use pinax_io::source::http_index::{HttpIndexOptions, HttpIndexSource};
use pinax_testkit::source_contract::list_all;
use pinax_testkit::web_server::{IndexPages, WebServer, make_folder};
use url::Url;

#[tokio::test]
async fn a_listing_that_broke_off_is_no_short_listing_and_the_next_one_is_whole() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("in");
    fs::create_dir(&root).unwrap();
    for number in 0..40 {
        let folder = root.join(format!("f{number}"));
        make_folder(place.path(), &folder);
        fs::write(folder.join("1.jpg"), number.to_string()).unwrap();
    }
    let mut server = WebServer::with_index(IndexPages::Nginx, &root);
    let mut options = HttpIndexOptions::new(Url::parse(&server.url("/")).unwrap());
    options.http.manners.least_pause = Duration::ZERO;
    options.http.manners.retry_pause = Duration::from_millis(1);
    let source = HttpIndexSource::new(options).unwrap();
    let mut parts = source.list(ListFrom::default());
    let mut listed = 0;
    while listed < 10 {
        listed += parts.next().await.unwrap().unwrap().files.len();
    }
    server.stop();
    let rest: Vec<_> = parts.collect().await;
    let error = rest.last().unwrap().as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(rest.iter().flatten().all(|part| !part.is_whole));
    server.restart();
    let all = list_all(&source).await;
    assert_eq!(all.len(), 40);
    for image in all.values() {
        source.read(image, 100).await.unwrap();
    }
    server.stop();
    let error = source.read(all.values().next().unwrap(), 100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}
