//! Two hundred thousand records: memory stays where it is.

use std::fs;
use std::io::{BufWriter, Write};

use pinax_core::nouns::matching::MatchField;
use pinax_core::nouns::occurrence::CatalogNumber;
use pinax_core::ports::portal::Portal;

use crate::support::{Place, herbarium};

const RECORDS: u64 = 200_000;

/// The most memory this process ever held, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn a_large_download_is_not_held_in_memory() {
    let place = Place::table("");
    let mut file = BufWriter::new(fs::File::create(place.records()).unwrap());
    writeln!(file, "id,institutionCode,collectionCode,catalogNumber,collID,recordID,locality").unwrap();
    let filling = "x".repeat(400);
    for n in 1..=RECORDS {
        writeln!(file, "{n},TST,VASC,TST{n:08},1,r{n},{filling}").unwrap();
    }
    file.into_inner().unwrap();
    let size = fs::metadata(place.records()).unwrap().len();
    assert!(size > 80_000_000);

    let before = peak();
    let portal = place.portal();
    let collection = herbarium(&portal).await;
    let numbers: Vec<CatalogNumber> =
        (1..=1000).map(|n| CatalogNumber::new(&format!("tst{:08}", n * 200)).unwrap()).collect();
    let found = portal.find_occurrences(&collection, &[MatchField::CatalogNumber], &numbers).await.unwrap();
    assert!(found.iter().zip(1..).all(|(records, n)| records.len() == 1 && records[0].occid.0 == n * 200));
    let grown = peak().saturating_sub(before);
    assert!(grown < 64 << 20, "{grown} bytes more for a download of {size}");
}
