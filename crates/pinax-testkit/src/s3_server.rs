//! A private S3 server: the protocol of `s3s`, which checks every signature, over objects in memory.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::SystemTime;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::S3Result;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::sync::oneshot;

mod bucket;

use bucket::InMemory;

/// The only bucket.
pub const BUCKET: &str = "pictures";
/// The keys that are let in.
pub const ACCESS_KEY: &str = "AKIDTEST";
/// Belongs to [`ACCESS_KEY`].
pub const SECRET_KEY: &str = "s3cret/with+signs";
/// Where the bucket lies.
pub const REGION: &str = "eu-test-1";

/// An object, and what a browser is told of it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// `Content-Type`, `Cache-Control`, and `x-amz-acl`, as they were sent.
    pub told: [Option<String>; 3],
    modified: SystemTime,
}

#[derive(Debug, Default)]
struct Shelf {
    objects: Mutex<BTreeMap<String, Stored>>,
    forgets_conditions: AtomicBool,
    shows_to_all: AtomicBool,
}

impl Shelf {
    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Stored>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server with one bucket, [`BUCKET`], addressed by path.
pub struct S3Server {
    shelf: Arc<Shelf>,
    port: u16,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl S3Server {
    /// Starts one with an empty bucket.
    ///
    /// # Panics
    /// When loopback has no free port.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener.local_addr().expect("a bound port has an address").port();
        let mut server = Self { shelf: Arc::default(), port, running: None };
        server.run(listener);
        server
    }

    /// Ends it and every connection, whatever is under way; objects stay.
    pub fn kill(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            // It cannot be waited for only when it failed, which the test will see.
            let _ = thread.join();
        }
    }

    /// Starts it again where it was.
    ///
    /// # Panics
    /// When somebody else took the port.
    pub fn start_again(&mut self) {
        self.kill();
        let listener = TcpListener::bind(("127.0.0.1", self.port)).expect("the port is still free");
        self.run(listener);
    }

    /// From now on it writes over what is there, whatever it is asked, as servers did before 2024.
    pub fn forget_conditions(&self) {
        self.shelf.forgets_conditions.store(true, Ordering::SeqCst);
    }

    /// From now on anybody may fetch an object, as a bucket's policy says for pictures of a portal.
    pub fn show_to_all(&self) {
        self.shelf.shows_to_all.store(true, Ordering::SeqCst);
    }

    /// Its address.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Everything in the bucket.
    #[must_use]
    pub fn objects(&self) -> BTreeMap<String, Stored> {
        self.shelf.objects().clone()
    }

    /// Puts something there, or changes it.
    pub fn plant(&self, key: &str, bytes: &[u8]) {
        self.shelf.objects().insert(key.to_owned(), Stored::new(bytes.to_vec(), [None, None, None]));
    }

    /// Removes something.
    pub fn remove(&self, key: &str) {
        self.shelf.objects().remove(key);
    }

    fn run(&mut self, listener: TcpListener) {
        let mut builder = S3ServiceBuilder::new(InMemory(Arc::clone(&self.shelf)));
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        builder.set_access(Policy(Arc::clone(&self.shelf)));
        let (service, (stop, stopped)) = (builder.build(), oneshot::channel());
        let thread = thread::spawn(move || serve(listener, service, stopped));
        self.running = Some((stop, thread));
    }
}

/// Who may do what.
struct Policy(Arc<Shelf>);

#[async_trait::async_trait]
impl S3Access for Policy {
    async fn check(&self, asked: &mut S3AccessContext<'_>) -> S3Result<()> {
        let is_shown = asked.s3_op().name() == "GetObject" && self.0.shows_to_all.load(Ordering::SeqCst);
        if is_shown || asked.credentials().is_some() { Ok(()) } else { Err(s3s::s3_error!(AccessDenied)) }
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Stored {
    fn new(bytes: Vec<u8>, told: [Option<String>; 3]) -> Self {
        Self { bytes, told, modified: SystemTime::now() }
    }

    /// As of a single put; not the MD5 that Amazon gives.
    fn etag(&self) -> String {
        use sha2::Digest as _;
        sha2::Sha256::digest(&self.bytes)[..16].iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// Dropping the runtime drops every connection.
fn serve(listener: TcpListener, service: S3Service, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    runtime.block_on(async move {
        listener.set_nonblocking(true).expect("a listener need not block");
        let listener = tokio::net::TcpListener::from_std(listener).expect("it is a listener");
        let accept = async {
            while let Ok((socket, _)) = listener.accept().await {
                let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone());
                // What goes wrong with one connection, its client is told.
                tokio::spawn(async move { connection.await.ok() });
            }
        };
        tokio::select! {
            () = accept => {}
            _ = stopped => {}
        }
    });
}
