//! The worker threads: one picture each at a time, one set of buffers each, admitted by the memory they will take.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use futures::channel::oneshot;
use pinax_image::{BarcodeReader, Limits, Renderer};

use crate::nouns::reason::{Reason, ReasonCode};
use crate::steps::look::LookOptions;

/// Buffers a worker keeps from one picture to the next; those of a giant one are given back.
const KEPT_BUFFER_BYTES: u64 = 256_000_000;

type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// The worker threads of one run. Dropping it waits for the pictures in hand.
pub(crate) struct Pool {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

/// What a job works with.
pub(crate) struct Worker {
    pub(crate) renderer: Renderer,
    pub(crate) reader: BarcodeReader,
    pub(crate) limits: Limits,
    pub(crate) gate: Arc<Gate>,
}

impl Pool {
    pub(crate) fn new(workers: usize, pixel_memory_bytes: u64, max_pixels: u64, look: &LookOptions) -> Self {
        let (sender, receiver) = channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        let gate = Arc::new(Gate::new(pixel_memory_bytes));
        let limits = Limits { max_pixels, ..Limits::default() };
        let threads = (0..workers.max(1))
            .map(|number| {
                let receiver = Arc::clone(&receiver);
                let mut worker =
                    Worker { renderer: Renderer::new(limits), reader: look.reader(), limits, gate: Arc::clone(&gate) };
                std::thread::Builder::new()
                    .name(format!("pixels-{number}"))
                    .spawn(move || work(&receiver, &mut worker))
                    .expect("the system lets us start a few threads")
            })
            .collect();
        Self { jobs: Some(sender), threads }
    }

    /// Runs `job` on a free worker; a panic in it concerns this one picture.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Worker) -> Result<T, Reason> + Send + 'static,
    ) -> Result<T, Reason> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |worker| {
            let result = catch_unwind(AssertUnwindSafe(|| job(worker))).unwrap_or_else(|_| {
                worker.renderer = Renderer::new(worker.limits);
                Err(Reason::new(ReasonCode::Internal, "the program failed on this picture")
                    .hint("please report it, with the picture"))
            });
            // Nobody waits any more when the run was given up.
            let _ = answer.send(result);
        });
        let gone = || Reason::new(ReasonCode::Internal, "the worker threads are gone");
        self.jobs.as_ref().ok_or_else(gone)?.send(job).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A worker catches the panics of its jobs; nothing is left to report.
            let _ = thread.join();
        }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, worker: &mut Worker) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(worker),
            Err(_) => return,
        }
        worker.renderer.release_above(KEPT_BUFFER_BYTES);
    }
}

/// Lets pictures in as long as their declared memory fits; one that is larger than everything goes in alone.
pub(crate) struct Gate {
    total_bytes: u64,
    free_bytes: Mutex<u64>,
    freed: Condvar,
}

impl Gate {
    pub(crate) fn new(total_bytes: u64) -> Self {
        Self { total_bytes, free_bytes: Mutex::new(total_bytes), freed: Condvar::new() }
    }

    /// Waits until `bytes` fit, and keeps them until the pass is dropped.
    pub(crate) fn enter(&self, bytes: u64) -> Pass<'_> {
        let bytes = bytes.min(self.total_bytes);
        let free = self.free_bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free < bytes).unwrap_or_else(PoisonError::into_inner);
        *free -= bytes;
        Pass { gate: self, bytes }
    }
}

/// Memory kept for one picture.
pub(crate) struct Pass<'a> {
    gate: &'a Gate,
    bytes: u64,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        *self.gate.free_bytes.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.gate.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::{Gate, Pool};
    use crate::nouns::reason::ReasonCode;
    use crate::steps::look::LookOptions;

    #[test]
    fn a_panic_concerns_one_picture() {
        let pool = Pool::new(1, 1, 1, &LookOptions::nothing());
        let first: Result<(), _> = futures::executor::block_on(pool.run(|_| panic!("expected by the test")));
        assert_eq!(first.unwrap_err().code, ReasonCode::Internal);
        assert_eq!(futures::executor::block_on(pool.run(|_| Ok(7))).unwrap(), 7);
    }

    #[test]
    fn the_gate_never_lets_more_in_than_fits() {
        let gate = Arc::new(Gate::new(100));
        let inside = Arc::new(AtomicU64::new(0));
        let most = Arc::new(AtomicU64::new(0));
        std::thread::scope(|scope| {
            for size in [30, 60, 99, 1000, 40, 100, 1] {
                let (gate, inside, most) = (Arc::clone(&gate), Arc::clone(&inside), Arc::clone(&most));
                scope.spawn(move || {
                    for _ in 0..200 {
                        let _pass = gate.enter(size);
                        let now = inside.fetch_add(size.min(100), Ordering::SeqCst) + size.min(100);
                        most.fetch_max(now, Ordering::SeqCst);
                        inside.fetch_sub(size.min(100), Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 100);
    }
}
