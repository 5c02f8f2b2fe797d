//! Three sizes of a sheet, one thread: against the floor, vipsthumbnail and ImageMagick, per kind and size of file.
//!
//! The floor is libjpeg-turbo decoding the file once and encoding the same three sizes, nothing else; the example
//! `derive_cost` of `pinax-image` measures it picture by picture in turn with ours.

use std::collections::BTreeMap;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

use pinax_image::{EncodeOptions, Subsampling};
use pinax_sheet::Sheet;

use crate::Figure;
use crate::measure::{Took, median, run, sibling};

const WIDTHS_PX: [u32; 3] = [3200, 1400, 200];
const QUALITY: u8 = 80;
const SHEETS: u64 = 2;
const ROUNDS: usize = 5;
const SIZES: [(&str, (u32, u32)); 3] = [("12", (2828, 4242)), ("24", (4000, 6000)), ("50", (5774, 8660))];
const KINDS: [&str; 3] = ["4:2:0", "4:4:4", "progressive"];

pub(crate) fn derive() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let mut figures = Vec::new();
    for (megapixels, size_px) in SIZES {
        for (number, kind) in KINDS.into_iter().enumerate() {
            let files = draw(folder.path(), size_px, kind)?;
            let name = |peer: &str| format!("derive {megapixels} MP {kind}, {peer}");
            let main = megapixels == "24";
            let (mut costs, mut vips) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                costs.push(cost(&files, &["--rounds", "2"])?);
                vips.push(vips_once(&files[..1], folder.path())?.cpu_seconds);
            }
            let column = |key: &str| costs.iter().map(|cost| cost[key]).collect::<Vec<f64>>();
            let ours = column("cpu_seconds_per_image");
            let seconds = |column: &[f64]| format!("{:.3} s", median(column.to_vec()));
            for (peer, seconds_key, ratio_key) in [
                ("CPU, floor of planes", "floor_planes_seconds", "ratio_to_planes"),
                ("CPU, floor of pixels", "floor_pixels_seconds", "ratio_to_pixels"),
            ] {
                figures.push(Figure {
                    name: name(peer),
                    ours: seconds(&ours),
                    peer: seconds(&column(seconds_key)),
                    ratio: median(column(ratio_key)),
                    target: 1.3,
                });
            }
            let mut against = |peer: &str, took: &[f64], target: f64| {
                let ratio = median(ours.iter().zip(took).map(|(ours, peer)| ours / peer).collect());
                figures.push(Figure { name: name(peer), ours: seconds(&ours), peer: seconds(took), ratio, target });
            };
            against("CPU, vipsthumbnail x3", &vips, 0.25);
            if main && number < 2 {
                let magick = [magick_once(&files[..1], folder.path())?.cpu_seconds];
                against("CPU, ImageMagick x3", &magick, 0.25);
            }
            if main && number == 0 {
                let faults = median(column("page_faults_per_image"));
                figures.push(Figure {
                    name: name("page faults a picture"),
                    ours: format!("{faults:.0}"),
                    peer: "none".to_owned(),
                    ratio: faults,
                    target: 16.0,
                });
                let speedup = cost(&files, &["--rounds", "7", "--workers"])?["two_workers_speedup"];
                figures.push(Figure {
                    name: name("one worker, two workers"),
                    ours: format!("{speedup:.2} x"),
                    peer: "1.70 x".to_owned(),
                    ratio: 1.7 / speedup,
                    target: 1.0,
                });
            }
        }
    }
    Ok(figures)
}

fn draw(folder: &Path, (width_px, height_px): (u32, u32), kind: &str) -> Result<Vec<PathBuf>> {
    let subsampling = if kind == "4:4:4" { Subsampling::Full444 } else { Subsampling::Quarter420 };
    let progressive = kind == "progressive";
    let options = EncodeOptions { quality: 90, subsampling, progressive, ..EncodeOptions::default() };
    (0..SHEETS)
        .map(|seed| {
            let path = folder.join(format!("sheet-{seed}.jpg"));
            let sheet = Sheet::made_up(&format!("TST{seed:08}"), seed).size(width_px, height_px);
            std::fs::write(&path, sheet.draw().to_jpeg(&options))?;
            Ok(path)
        })
        .collect()
}

/// What `derive_cost` prints, by name.
fn cost(files: &[PathBuf], options: &[&str]) -> Result<BTreeMap<String, f64>> {
    let output = Command::new(sibling("examples/derive_cost")?).args(files).args(options).output()?;
    if !output.status.success() {
        return Err(Error::other(format!("derive_cost: {}", String::from_utf8_lossy(&output.stderr))));
    }
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let figures = lines.lines().filter_map(|line| line.split_once(' '));
    Ok(figures.filter_map(|(name, figure)| Some((name.to_owned(), figure.parse().ok()?))).collect())
}

fn vips_once(files: &[PathBuf], folder: &Path) -> Result<Took> {
    let mut took = Took::default();
    for file in files {
        for width in WIDTHS_PX {
            let mut command = Command::new("vipsthumbnail");
            command.arg(file).args(["--size", &format!("{width}x")]).arg("-o");
            command.arg(format!("{}[Q={QUALITY},strip]", folder.join("vips.jpg").display()));
            took = took + run(command.env("VIPS_CONCURRENCY", "1"), &[0])?;
        }
    }
    Ok(took)
}

fn magick_once(files: &[PathBuf], folder: &Path) -> Result<Took> {
    let mut took = Took::default();
    for file in files {
        for width in WIDTHS_PX {
            let mut command = Command::new("convert");
            command.arg(file).args(["-auto-orient", "-filter", "Lanczos", "-resize", &format!("{width}x")]);
            command.args(["-quality", &QUALITY.to_string()]).arg(folder.join("magick.jpg"));
            took = took + run(command.env("MAGICK_THREAD_LIMIT", "1").env("OMP_NUM_THREADS", "1"), &[0])?;
        }
    }
    Ok(took)
}
