//! Three sizes of 24-megapixel sheets: processor time per picture, one thread, against vipsthumbnail and ImageMagick.

use std::io::Result;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use pinax_image::{EncodeOptions, Limits, Renderer, Subsampling, Target, probe};
use pinax_sheet::Sheet;

use crate::Figure;
use crate::measure::{Took, median, run};

/// The hidden verb under which this program renders files itself.
pub(crate) const WORKER: &str = "derive-worker";
const WIDTHS_PX: [u32; 3] = [3200, 1400, 200];
const QUALITY: u8 = 80;
const SHEETS: u64 = 8;
const ROUNDS: usize = 5;

pub(crate) fn derive() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let mut figures = Vec::new();
    for (names, options) in [
        (
            ["derive 24 MP 4:2:0, CPU s, vipsthumbnail x3", "derive 24 MP 4:2:0, CPU s, ImageMagick x3"],
            EncodeOptions { quality: 90, ..EncodeOptions::default() },
        ),
        (
            ["derive 24 MP 4:4:4, CPU s, vipsthumbnail x3", "derive 24 MP 4:4:4, CPU s, ImageMagick x3"],
            EncodeOptions { quality: 90, subsampling: Subsampling::Full444, ..EncodeOptions::default() },
        ),
    ] {
        let files = draw(folder.path(), &options)?;
        let (mut ours, mut vips, mut magick) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(ours_once(&files)?.cpu_seconds / SHEETS as f64);
            // The peers have no state to keep warm: fewer pictures tell the same.
            vips.push(vips_once(&files[..2], folder.path())?.cpu_seconds / 2.0);
            magick.push(magick_once(&files[..1], folder.path())?.cpu_seconds);
        }
        for (name, peer, target) in [(names[0], vips, 1.0 / 3.0), (names[1], magick, 1.0 / 3.0)] {
            let ratio = median(ours.iter().zip(&peer).map(|(ours, peer)| ours / peer).collect());
            figures.push(Figure {
                name,
                ours: format!("{:.3} s", median(ours.clone())),
                peer: format!("{:.3} s", median(peer)),
                ratio,
                target,
            });
        }
    }
    Ok(figures)
}

fn draw(folder: &Path, options: &EncodeOptions<'_>) -> Result<Vec<PathBuf>> {
    (0..SHEETS)
        .map(|seed| {
            let path = folder.join(format!("sheet-{seed}.jpg"));
            std::fs::write(&path, Sheet::made_up(&format!("TST{seed:08}"), seed).draw().to_jpeg(options))?;
            Ok(path)
        })
        .collect()
}

fn ours_once(files: &[PathBuf]) -> Result<Took> {
    run(Command::new(std::env::current_exe()?).arg(WORKER).args(files), &[0])
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

/// Renders `files` on one thread with one set of buffers, and writes the sizes as the peers do.
pub(crate) fn worker(files: &[String]) -> ExitCode {
    let limits = Limits::default();
    let mut renderer = Renderer::new(limits);
    let targets = WIDTHS_PX.map(|width_px| Target { width_px, quality: QUALITY });
    for file in files {
        let done = std::fs::read(file).map_err(|error| error.to_string()).and_then(|bytes| {
            let found = probe(&bytes, &limits).map_err(|error| error.to_string())?;
            let sizes = renderer.render(&bytes, &found, &targets).map_err(|error| error.to_string())?;
            sizes
                .iter()
                .try_for_each(|size| std::fs::write(format!("{file}.out"), &size.bytes))
                .map_err(|e| e.to_string())
        });
        if let Err(error) = done {
            eprintln!("error: {file}: {error}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
