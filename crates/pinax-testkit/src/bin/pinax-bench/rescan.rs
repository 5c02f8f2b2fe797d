//! A second run over 100 000 unchanged files, against `find` printing their sizes and times.

use std::io::{Result, Write};
use std::path::Path;
use std::process::Command;

use crate::Figure;
use crate::measure::{Took, median, run, sibling};

const FOLDERS: usize = 100;
const FILES_PER_FOLDER: usize = 1000;
const ROUNDS: usize = 7;
/// Something waits for a person: the files are no pictures.
const FINE: [i32; 2] = [0, 1];

pub(crate) fn rescan() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    let pinax = sibling("pinax")?;
    set_up(root)?;
    // The first run reads everything; all files end (as no pictures), and are remembered.
    eprintln!("rescan: first run over {} files", FOLDERS * FILES_PER_FOLDER);
    ours(&pinax, root)?;
    let (mut wall, mut cpu, mut ours_all, mut find_all) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let find =
            run(Command::new("find").arg(root.join("drop")).args(["-type", "f", "-printf", "%s %T@ %p\\n"]), &[0])?;
        let ours = ours(&pinax, root)?;
        wall.push(ours.wall_seconds / find.wall_seconds);
        cpu.push(ours.cpu_seconds / find.cpu_seconds.max(0.01));
        ours_all.push(ours);
        find_all.push(find);
    }
    let seconds = |all: &[Took], of: fn(&Took) -> f64| format!("{:.3} s", median(all.iter().map(of).collect()));
    let wall_of = |took: &Took| took.wall_seconds;
    let cpu_of = |took: &Took| took.cpu_seconds;
    Ok(vec![
        Figure {
            name: "rescan 100 000 unchanged, wall, find".to_owned(),
            ours: seconds(&ours_all, wall_of),
            peer: seconds(&find_all, wall_of),
            ratio: median(wall),
            target: 4.0,
        },
        Figure {
            name: "rescan 100 000 unchanged, CPU, find".to_owned(),
            ours: seconds(&ours_all, cpu_of),
            peer: seconds(&find_all, cpu_of),
            ratio: median(cpu),
            target: 4.0,
        },
    ])
}

fn ours(pinax: &Path, root: &Path) -> Result<Took> {
    run(Command::new(pinax).args(["run", "--json"]).current_dir(root), &FINE)
}

fn set_up(root: &Path) -> Result<()> {
    std::fs::create_dir(root.join("www"))?;
    let mut records = std::io::BufWriter::new(std::fs::File::create(root.join("occurrences.csv"))?);
    writeln!(records, "id,institutionCode,collectionCode,catalogNumber,recordID")?;
    for folder in 0..FOLDERS {
        let path = root.join(format!("drop/{folder:03}"));
        std::fs::create_dir_all(&path)?;
        for file in 0..FILES_PER_FOLDER {
            let number = folder * FILES_PER_FOLDER + file;
            std::fs::write(path.join(format!("TST{number:08}.jpg")), b"x")?;
            writeln!(records, "{0},TST,VASC,TST{number:08},{0}", number + 1)?;
        }
    }
    records.flush()?;
    std::fs::write(root.join("pinax.toml"), crate::memory::CONFIG)
}
