//! Peak memory of a run with two workers on 24-megapixel files.

use std::io::Result;

use pinax_image::EncodeOptions;
use pinax_sheet::Sheet;

use crate::Figure;
use crate::measure::{peak_bytes, sibling};

/// The configuration of the benchmarks' runs.
pub(crate) const CONFIG: &str = r#"
[portal]
kind = "import-csv"
records = "occurrences.csv"
out = "out"
[limits]
workers = 2
[profile.tst]
collection = "TST:VASC"
source = { kind = "folder", path = "drop", settle_seconds = 0 }
identify = { pattern = '/^(TST\d{8})\D*/' }
store = { kind = "folder", path = "www", public_url = "https://img.example.org/tst" }
"#;

const SHEETS: u64 = 12;
const MOST_BYTES: f64 = 450e6;

pub(crate) fn memory() -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (name, progressive) in
        [("peak memory, 2 workers, 24 MP baseline", false), ("peak memory, 2 workers, 24 MP progressive", true)]
    {
        let folder = tempfile::tempdir()?;
        let root = folder.path();
        std::fs::create_dir(root.join("www"))?;
        std::fs::create_dir(root.join("drop"))?;
        let mut records = "id,institutionCode,collectionCode,catalogNumber,recordID\n".to_owned();
        for seed in 0..SHEETS {
            let number = format!("TST{seed:08}");
            let options = EncodeOptions { quality: 92, progressive, ..EncodeOptions::default() };
            std::fs::write(
                root.join(format!("drop/{number}.jpg")),
                Sheet::made_up(&number, seed).draw().to_jpeg(&options),
            )?;
            records.push_str(&format!("{0},TST,VASC,{number},{0}\n", seed + 1));
        }
        std::fs::write(root.join("occurrences.csv"), records)?;
        std::fs::write(root.join("pinax.toml"), CONFIG)?;
        let peak = peak_bytes(&sibling("pinax")?, &["run", "--json"], root, &[0])?;
        figures.push(Figure {
            name: name.to_owned(),
            ours: format!("{:.0} MB", peak as f64 / 1e6),
            peer: format!("{:.0} MB", MOST_BYTES / 1e6),
            ratio: peak as f64 / MOST_BYTES,
            target: 1.0,
        });
    }
    Ok(figures)
}
