//! Which of the files of a day are taken: of several of one base name, the JPEG.

use std::collections::HashSet;

use super::page::Row;

/// The end of the name of a JPEG, in small letters.
const JPEG: [&str; 2] = ["jpg", "jpeg"];
/// Ends of the names of files that a camera wrote, or that were made to be kept (Symbiota's harvest, and their like).
const MASTERS: [&str; 10] = ["cr2", "cr3", "dng", "nef", "arw", "orf", "raf", "rw2", "tif", "tiff"];

/// Leaves masters out beside which a JPEG of the same base name lies; what was left out, by name.
pub(super) fn prefer_jpeg(rows: Vec<Row>) -> (Vec<Row>, Vec<String>) {
    let shown: HashSet<String> =
        rows.iter().filter(|row| ends(&row.name, &JPEG)).map(|row| base_name(&row.name)).collect();
    let (left_out, taken): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| ends(&row.name, &MASTERS) && shown.contains(&base_name(&row.name)));
    (taken, left_out.into_iter().map(|row| row.name).collect())
}

fn ends(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending.to_ascii_lowercase().as_str()))
}

fn base_name(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(base, _)| base).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{Row, prefer_jpeg};

    #[test]
    fn a_jpeg_stands_for_the_masters_of_its_name() {
        let row = |name: &str| Row { id: name.into(), name: name.into(), times: String::new() };
        let rows = ["a.CR2", "A.jpg", "b.dng", "c.jpg", "c_2.tif", "d.jpeg", "d.TIFF", "e.png", "a.b.nef"].map(row);
        let (taken, left_out) = prefer_jpeg(rows.to_vec());
        let taken: Vec<&str> = taken.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(taken, ["A.jpg", "b.dng", "c.jpg", "c_2.tif", "d.jpeg", "e.png", "a.b.nef"]);
        assert_eq!(left_out, ["a.CR2", "d.TIFF"]);
    }
}
