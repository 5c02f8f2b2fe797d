//! A way to a server that breaks where a test wants it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Where the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// What the client said never reaches the server.
    Before,
    /// The server does it, but its answer never reaches the client.
    After,
}

/// Passes connections on to a server, and breaks one when the client says `words`.
pub struct CuttingProxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    server_port: u16,
    words: Mutex<Vec<u8>>,
    cut: Cut,
    left: AtomicU32,
    cuts: AtomicU32,
    down_after: bool,
    down: AtomicBool,
}

impl CuttingProxy {
    /// Starts it before the server at `server_port`; it cuts `times` times, and with `down_after` lets nobody through
    /// from then on.
    ///
    /// # Panics
    /// When loopback has no free port.
    #[must_use]
    pub fn start(server_port: u16, words: &str, cut: Cut, times: u32, down_after: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener.local_addr().expect("a bound port has an address").port();
        let shared = Arc::new(Shared {
            server_port,
            words: Mutex::new(words.as_bytes().to_vec()),
            cut,
            left: AtomicU32::new(times),
            cuts: AtomicU32::new(0),
            down_after,
            down: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                accepting.pass(client);
            }
        });
        Self { port, shared }
    }

    /// Its own port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Connections cut so far.
    #[must_use]
    pub fn cuts(&self) -> u32 {
        self.shared.cuts.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn pass(self: &Arc<Self>, client: TcpStream) {
        if self.down.load(Ordering::SeqCst) {
            return;
        }
        let Ok(server) = TcpStream::connect(("127.0.0.1", self.server_port)) else { return };
        let (Ok(client_back), Ok(server_back)) = (client.try_clone(), server.try_clone()) else { return };
        let answer_is_cut = Arc::new(AtomicBool::new(false));
        let (asked, answered) = (Arc::clone(self), Arc::clone(&answer_is_cut));
        thread::spawn(move || asked.ask(client, server, &answer_is_cut));
        thread::spawn(move || answer(server_back, client_back, &answered));
    }

    /// From the client to the server.
    fn ask(&self, mut client: TcpStream, mut server: TcpStream, answer_is_cut: &AtomicBool) {
        let mut buffer = vec![0; 1 << 20];
        while let Ok(length @ 1..) = client.read(&mut buffer) {
            if self.is_said(&buffer[..length]) {
                if self.cut == Cut::Before {
                    break;
                }
                answer_is_cut.store(true, Ordering::SeqCst);
            }
            if server.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        close(&client, &server);
    }

    fn is_said(&self, bytes: &[u8]) -> bool {
        let words = self.words.lock().expect("no holder panics");
        if !bytes.windows(words.len()).any(|window| window == words.as_slice()) {
            return false;
        }
        let cut = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if cut {
            self.cuts.fetch_add(1, Ordering::SeqCst);
            self.down.store(self.down_after, Ordering::SeqCst);
        }
        cut
    }
}

/// From the server to the client.
fn answer(mut server: TcpStream, mut client: TcpStream, is_cut: &AtomicBool) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length @ 1..) = server.read(&mut buffer) {
        if is_cut.load(Ordering::SeqCst) || client.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    close(&client, &server);
}

fn close(one: &TcpStream, other: &TcpStream) {
    // Either may be closed already.
    let _ = one.shutdown(Shutdown::Both);
    let _ = other.shutdown(Shutdown::Both);
}
