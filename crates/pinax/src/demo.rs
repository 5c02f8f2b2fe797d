//! The demo: a drop folder of made-up sheets, sad cases included, and a portal's download that fits them.

mod cast;
mod records;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;

pub(crate) use cast::CAST;

/// The configuration of the demo.
const CONFIG: &str = include_str!("../assets/demo.toml");

/// A folder that was made ready for the demo's run.
pub(crate) struct Stage {
    pub(crate) folder: PathBuf,
    pub(crate) config: PathBuf,
    pub(crate) files: usize,
}

/// Makes `folder` (fresh: with a number behind its name when it is there already) and fills it.
pub(crate) fn set_up(folder: &Path, told: impl Fn(usize, usize) + Sync) -> anyhow::Result<Stage> {
    let folder = fresh(folder)?;
    let drop = folder.join("drop");
    for inner in [&drop, &folder.join("www/tst"), &folder.join("for-the-portal")] {
        std::fs::create_dir_all(inner).with_context(|| format!("could not make {}", inner.display()))?;
    }
    let config = folder.join("pinax.toml");
    std::fs::write(&config, CONFIG)?;
    std::fs::write(folder.join("occurrences.csv"), records::records()?)?;
    draw(&drop, told)?;
    Ok(Stage { folder, config, files: CAST.len() })
}

/// Draws the sheets, as many at a time as there are processors.
fn draw(drop: &Path, told: impl Fn(usize, usize) + Sync) -> anyhow::Result<()> {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(scene) = CAST.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let path = drop.join(scene.file);
                    let written = path.parent().map_or(Ok(()), std::fs::create_dir_all);
                    match written.and_then(|()| std::fs::write(&path, scene.bytes())) {
                        Ok(()) => told(done.fetch_add(1, Ordering::Relaxed) + 1, CAST.len()),
                        Err(error) => *failed.lock().expect("no thread panics with it") = Some((path, error)),
                    }
                }
            });
        }
    });
    match failed.into_inner().expect("no thread panicked with it") {
        None => Ok(()),
        Some((path, error)) => Err(error).with_context(|| format!("could not write {}", path.display())),
    }
}

/// Makes a folder that was not there: `pinax-demo`, `pinax-demo-2`, …
fn fresh(wanted: &Path) -> anyhow::Result<PathBuf> {
    for number in 1..1000 {
        let folder = match number {
            1 => wanted.to_path_buf(),
            number => PathBuf::from(format!("{}-{number}", wanted.display())),
        };
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("could not make {}", folder.display())),
        }
    }
    anyhow::bail!("there are a thousand folders like {} already", wanted.display())
}
