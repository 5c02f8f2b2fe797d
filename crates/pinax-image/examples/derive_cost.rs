//! What rendering costs, beside the least it can cost: `derive_cost FILE... [--rounds N] [--workers]`.
//!
//! Renders 3200, 1400 and 200 pixels wide at quality 80 from each file, in one thread with one renderer.
//! In turn with it, picture by picture, runs the floor: libjpeg-turbo decoding the file once and encoding
//! the same three sizes, nothing else; from planes to planes, which is its cheapest way, and from pixels to
//! pixels, which is its ordinary one. Prints processor seconds per picture and medians of the ratios, page
//! faults per picture once all buffers are there, and the peak of resident memory. With `--workers` also
//! how many times faster two renderers in two threads are than one.
//!
//! Reads `/proc`, so Linux only.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::Instant;

use pinax_image::{Limits, Quality, Renderer, Target, memory_estimate_bytes, probe};
use turbojpeg::{
    Colorspace, Compressor, Decompressor, Image, PixelFormat, Subsamp, YuvImage, compressed_buf_len, decompress,
    decompress_to_yuv, yuv_pixels_len,
};

const WIDTHS_PX: [u32; 3] = [3200, 1400, 200];
const QUALITY: u8 = 80;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read()?;
    let sources = arguments.files.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
    let mut worker = Worker::new();
    let mut floors = sources.iter().map(|source| Floor::new(source, &mut worker)).collect::<Result<Vec<_>, _>>()?;
    let mut figures: [Vec<f64>; 7] = Default::default();
    let mut faults = 0;
    for round in 0..=arguments.rounds {
        for (source, floor) in sources.iter().zip(&mut floors) {
            let planes = cpu_seconds(|| floor.by_planes(source))?;
            let before = page_faults()?;
            let ours = cpu_seconds(|| worker.render(source).map(drop))?;
            let after = page_faults()?;
            let looking = cpu_seconds(|| worker.look(source))?;
            let pixels = cpu_seconds(|| floor.by_pixels(source))?;
            if round > 0 {
                faults += after - before;
                let row = [ours, planes, pixels, ours / planes, ours / pixels, looking - ours, looking];
                figures.iter_mut().zip(row).for_each(|(column, figure)| column.push(figure));
            }
        }
    }
    let [ours, planes, pixels, to_planes, to_pixels, quality, _] = figures.map(median);
    println!("cpu_seconds_per_image {ours:.4}");
    println!("floor_planes_seconds {planes:.4}");
    println!("floor_pixels_seconds {pixels:.4}");
    println!("ratio_to_planes {to_planes:.3}");
    println!("ratio_to_pixels {to_pixels:.3}");
    println!("quality_seconds {quality:.4}");
    println!("page_faults_per_image {}", faults / (arguments.rounds * sources.len()) as u64);
    println!("estimate_mb {}", worker.estimate(&sources)? / 1_000_000);
    println!("held_mb {}", worker.renderer.held_bytes() / 1_000_000);
    println!("peak_rss_mb {:.0}", peak_memory_mb()?);
    if arguments.workers {
        println!("two_workers_speedup {:.3}", two_workers(&sources, arguments.rounds));
    }
    Ok(())
}

/// One renderer and what it renders.
struct Worker {
    renderer: Renderer,
    targets: [Target; 3],
}

impl Worker {
    fn new() -> Self {
        let targets = WIDTHS_PX.map(|width_px| Target { width_px, quality: QUALITY });
        Self { renderer: Renderer::new(Limits::default()), targets }
    }

    fn render(&mut self, source: &[u8]) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
        let found = probe(source, &Limits::default())?;
        let renditions = self.renderer.render(source, &found, &self.targets)?;
        Ok(renditions.into_iter().map(|rendition| rendition.bytes).collect())
    }

    fn look(&mut self, source: &[u8]) -> Result<(), Box<dyn Error>> {
        let found = probe(source, &Limits::default())?;
        let mut look = |luma: pinax_image::Luma<'_>| {
            black_box(Quality::of(luma));
        };
        self.renderer.render_and_look(source, &found, &self.targets, &mut look)?;
        Ok(())
    }

    fn estimate(&self, sources: &[Vec<u8>]) -> Result<u64, Box<dyn Error>> {
        let found = sources.iter().map(|source| probe(source, &Limits::default()));
        let most = found.map(|found| found.map(|found| memory_estimate_bytes(&found, &self.targets)));
        Ok(most.collect::<Result<Vec<_>, _>>()?.into_iter().max().unwrap_or(0))
    }
}

/// libjpeg-turbo with all its buffers and the outputs that it is to encode.
struct Floor {
    decompressor: Decompressor,
    compressor: Compressor,
    subsamp: Subsamp,
    size: (usize, usize),
    planes: Vec<u8>,
    pixels: Vec<u8>,
    planes_out: Vec<YuvImage<Vec<u8>>>,
    pixels_out: Vec<Image<Vec<u8>>>,
    encoded: Vec<u8>,
}

impl Floor {
    fn new(source: &[u8], worker: &mut Worker) -> Result<Self, Box<dyn Error>> {
        let mut decompressor = Decompressor::new()?;
        let header = decompressor.read_header(source)?;
        let (width, height) = (header.width, header.height);
        let renditions = worker.render(source)?;
        let mut compressor = Compressor::new()?;
        compressor.set_quality(QUALITY.into())?;
        compressor.set_colorspace(Colorspace::YCbCr)?;
        Ok(Self {
            decompressor,
            compressor,
            subsamp: header.subsamp,
            size: (width, height),
            planes: vec![0; yuv_pixels_len(width, 1, height, header.subsamp)?],
            pixels: vec![0; width * height * 3],
            planes_out: renditions.iter().map(|bytes| decompress_to_yuv(bytes)).collect::<Result<_, _>>()?,
            pixels_out: renditions.iter().map(|bytes| decompress(bytes, PixelFormat::RGB)).collect::<Result<_, _>>()?,
            encoded: vec![0; compressed_buf_len(width, height, Subsamp::Sub2x2)?],
        })
    }

    fn by_planes(&mut self, source: &[u8]) -> Result<(), Box<dyn Error>> {
        let (width, height) = self.size;
        let image = YuvImage { pixels: self.planes.as_mut_slice(), width, align: 1, height, subsamp: self.subsamp };
        self.decompressor.decompress_to_yuv(source, image)?;
        for image in &self.planes_out {
            self.compressor.compress_yuv_to_slice(image.as_deref(), &mut self.encoded)?;
        }
        Ok(())
    }

    fn by_pixels(&mut self, source: &[u8]) -> Result<(), Box<dyn Error>> {
        let (width, height) = self.size;
        let pixels = self.pixels.as_mut_slice();
        let image = Image { pixels, width, pitch: width * 3, height, format: PixelFormat::RGB };
        self.decompressor.decompress(source, image)?;
        self.compressor.set_subsamp(Subsamp::Sub2x2)?;
        for image in &self.pixels_out {
            self.compressor.compress_to_slice(image.as_deref(), &mut self.encoded)?;
        }
        Ok(())
    }
}

/// The median, over rounds, of what two threads get done in the time of one.
fn two_workers(sources: &[Vec<u8>], rounds: usize) -> f64 {
    let all = |worker: &mut Worker| {
        for source in sources {
            worker.render(source).expect("rendered before");
        }
    };
    let mut workers = [Worker::new(), Worker::new()];
    workers.iter_mut().for_each(all);
    let ratios = (0..rounds).map(|_| {
        let started = Instant::now();
        all(&mut workers[0]);
        let alone = started.elapsed();
        let started = Instant::now();
        std::thread::scope(|scope| {
            for worker in &mut workers {
                scope.spawn(|| all(worker));
            }
        });
        2.0 * alone.as_secs_f64() / started.elapsed().as_secs_f64()
    });
    median(ratios.collect())
}

struct Arguments {
    files: Vec<String>,
    rounds: usize,
    workers: bool,
}

impl Arguments {
    fn read() -> Result<Self, Box<dyn Error>> {
        let mut arguments = Self { files: Vec::new(), rounds: 5, workers: false };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--rounds" => arguments.rounds = words.next().ok_or("--rounds wants a number")?.parse()?,
                "--workers" => arguments.workers = true,
                _ => arguments.files.push(word),
            }
        }
        if arguments.files.is_empty() || arguments.rounds == 0 {
            return Err("usage: derive_cost FILE... [--rounds N] [--workers]".into());
        }
        Ok(arguments)
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Time that this thread spends on a processor, from `/proc/thread-self/schedstat`.
fn cpu_seconds(work: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let now = || -> Result<u64, Box<dyn Error>> {
        let stat = fs::read_to_string("/proc/thread-self/schedstat")?;
        Ok(stat.split_whitespace().next().ok_or("no time in schedstat")?.parse()?)
    };
    // The kernel brings the count up to date when a thread gives way.
    std::thread::yield_now();
    let before = now()?;
    work()?;
    std::thread::yield_now();
    Ok((now()? - before) as f64 / 1e9)
}

/// Pages this process was given so far without reading a disk.
fn page_faults() -> Result<u64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is the name in parentheses, which may hold spaces; minflt is the tenth.
    let (_, after_name) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    Ok(after_name.split_whitespace().nth(7).ok_or("no minflt in /proc/self/stat")?.parse()?)
}

fn peak_memory_mb() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("no VmHWM in /proc/self/status")?
        .parse::<f64>()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
