//! The corpora of the fuzz targets (`fuzz/corpus`): what once went wrong goes well, and the seeds are of every format.

use std::fs;
use std::path::{Path, PathBuf};

use pinax_image::{Limits, Renderer, embedded_rights, probe};

use crate::picture::target;

fn files() -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut files = Vec::new();
    for folder in fs::read_dir(corpus).expect("the corpora") {
        for file in fs::read_dir(folder.expect("a folder").path()).expect("a folder") {
            files.push(file.expect("a file").path());
        }
    }
    files
}

#[test]
fn the_corpora_do_no_harm() {
    let limits = Limits { max_pixels: 1_000_000, max_decoder_bytes: 10_000_000, ..Limits::default() };
    let mut renderer = Renderer::new(limits);
    let files = files();
    assert!(files.len() >= 25, "{}", files.len());
    let mut whole = 0;
    for file in &files {
        let bytes = fs::read(file).expect("readable");
        assert!(bytes.len() < 6000, "{} is large for a seed", file.display());
        let _rights = embedded_rights(&bytes);
        if let Ok(found) = probe(&bytes, &limits) {
            whole += usize::from(renderer.render(&bytes, &found, &[target(20)]).is_ok());
        }
    }
    assert!(whole >= 20, "{whole} of {} are whole pictures", files.len());
}

/// Writes the seeds of the mutation test: run it when a format is added.
#[test]
#[ignore = "writes fuzz/corpus"]
fn write_the_seeds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/picture");
    fs::create_dir_all(&corpus).expect("a folder");
    for (name, seed) in crate::hostile_seeds::seeds() {
        fs::write(corpus.join(name.replace(' ', "-")), seed).expect("writes");
    }
}
