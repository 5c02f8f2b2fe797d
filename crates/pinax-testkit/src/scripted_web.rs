//! A web server that answers as a test says, on a port of this machine: late, in part, with lies. It remembers what it
//! was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct WebRequest {
    /// GET, PROPFIND, ….
    pub method: String,
    /// Path and query, still encoded.
    pub target: String,
    /// Name in lower case, and text.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: Vec<u8>,
    /// How many requests of this method and target came before.
    pub before: usize,
}

impl WebRequest {
    /// The text of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
    }
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Whole,
    /// No length is said; the connection is closed at the end.
    Endless,
    /// The connection is closed after so many bytes of the body.
    CutAt(usize),
    /// After so many bytes of the body nothing comes any more, until the other side hangs up.
    SilentAt(usize),
    /// Nothing is answered at all, and the connection closed.
    Nothing,
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct WebReply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    said_bytes: Option<u64>,
    ending: Ending,
}

impl WebReply {
    /// Only a status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), said_bytes: None, ending: Ending::Whole }
    }

    /// Status 200 with a body.
    #[must_use]
    pub fn bytes(body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::status(200) }
    }

    /// Any status with a body.
    #[must_use]
    pub fn refusal(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::status(status) }
    }

    /// Leads elsewhere.
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        Self::status(302).header("Location", to)
    }

    /// The part of a file that is asked for, as a good server gives it: with an entity tag, in ranges.
    #[must_use]
    pub fn file(request: &WebRequest, body: &[u8], etag: &str) -> Self {
        let whole = Self::bytes(body).header("ETag", etag).header("Accept-Ranges", "bytes");
        let from = request.header("range").and_then(|range| {
            range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok().filter(|from| *from < body.len())
        });
        match from {
            Some(from) if request.header("if-range").is_none_or(|known| known == etag) => {
                Self { body: body[from..].to_vec(), ..whole }.as_partial(from, body.len())
            }
            _ => whole,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, text: &str) -> Self {
        self.headers.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Says another length.
    #[must_use]
    pub fn saying(self, bytes: u64) -> Self {
        Self { said_bytes: Some(bytes), ..self }
    }

    /// Closes the connection after so many bytes of the body.
    #[must_use]
    pub fn cut_at(self, bytes: usize) -> Self {
        Self { ending: Ending::CutAt(bytes), ..self }
    }

    /// Closes the connection in the middle of the body.
    #[must_use]
    pub fn cut_in_half(self) -> Self {
        let half = self.body.len() / 2;
        self.cut_at(half)
    }

    /// Only the first half of the body, as if it were all of it.
    #[must_use]
    pub fn with_half_of_it(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    /// Falls silent after so many bytes of the body.
    #[must_use]
    pub fn silent_at(self, bytes: usize) -> Self {
        Self { ending: Ending::SilentAt(bytes), ..self }
    }

    /// Says no length, and closes the connection at the end.
    #[must_use]
    pub fn as_endless(self) -> Self {
        Self { ending: Ending::Endless, ..self }
    }

    /// Says that it is the rest of a file, behind its first `from` bytes.
    #[must_use]
    pub fn as_partial(self, from: usize, whole: usize) -> Self {
        Self { status: 206, ..self }.header("Content-Range", &format!("bytes {from}-{}/{whole}", whole - 1))
    }

    /// Hangs up without a word.
    #[must_use]
    pub fn nothing() -> Self {
        Self { ending: Ending::Nothing, ..Self::status(200) }
    }
}

type Script = dyn Fn(&WebRequest) -> WebReply + Send + Sync;

/// The server; it ends when it is dropped.
pub struct ScriptedWeb {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<WebRequest>>>,
    open: Arc<Mutex<(usize, usize)>>,
    stop: Arc<AtomicBool>,
}

impl ScriptedWeb {
    /// Starts it; `script` says what is answered.
    ///
    /// # Panics
    /// When this machine has no free port.
    #[must_use]
    pub fn start(script: impl Fn(&WebRequest) -> WebReply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound port has an address");
        let (requests, open) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new((0, 0))));
        let (stop, script): (_, Arc<Script>) = (Arc::new(AtomicBool::new(false)), Arc::new(script));
        let server =
            Self { address, requests: Arc::clone(&requests), open: Arc::clone(&open), stop: Arc::clone(&stop) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let (requests, open, script) = (Arc::clone(&requests), Arc::clone(&open), Arc::clone(&script));
                thread::spawn(move || {
                    // The other side may hang up at any time.
                    let _ = serve(stream, &requests, &open, script.as_ref());
                });
            }
        });
        server
    }

    /// The address of a path, which begins with `/`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it was asked so far.
    #[must_use]
    pub fn requests(&self) -> Vec<WebRequest> {
        held(&self.requests).clone()
    }

    /// So many answers were under way at the same time, at most.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        held(&self.open).1
    }
}

impl Drop for ScriptedWeb {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the thread that listens.
        let _ = TcpStream::connect(self.address);
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(
    stream: TcpStream,
    requests: &Mutex<Vec<WebRequest>>,
    open: &Mutex<(usize, usize)>,
    script: &Script,
) -> std::io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(mut request) = read(&mut reader) {
        {
            let mut requests = held(requests);
            let same = |other: &&WebRequest| other.method == request.method && other.target == request.target;
            request.before = requests.iter().filter(same).count();
            requests.push(request.clone());
        }
        {
            let mut open = held(open);
            open.0 += 1;
            open.1 = open.1.max(open.0);
        }
        let sent = send(&mut writer, &mut reader, &request, &script(&request));
        held(open).0 -= 1;
        if !sent? {
            return Ok(());
        }
    }
    Ok(())
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<WebRequest> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let mut parts = line.split_whitespace().map(str::to_owned);
    let (method, target) = (parts.next()?, parts.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, text)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), text.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, text)| text.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(WebRequest { method, target, headers, body, before: 0 })
}

/// Sends the answer; may the connection be used again?
fn send(
    writer: &mut TcpStream,
    reader: &mut BufReader<TcpStream>,
    request: &WebRequest,
    reply: &WebReply,
) -> std::io::Result<bool> {
    if reply.ending == Ending::Nothing {
        return Ok(false);
    }
    let mut head = format!("HTTP/1.1 {} X\r\n", reply.status);
    let said = reply.said_bytes.unwrap_or(reply.body.len() as u64);
    if reply.ending == Ending::Endless {
        head.push_str("Connection: close\r\n");
    } else {
        head.push_str(&format!("Content-Length: {said}\r\n"));
    }
    for (name, text) in &reply.headers {
        head.push_str(&format!("{name}: {text}\r\n"));
    }
    head.push_str("\r\n");
    writer.write_all(head.as_bytes())?;
    let body: &[u8] = if request.method == "HEAD" { &[] } else { &reply.body };
    match reply.ending {
        Ending::CutAt(bytes) => writer.write_all(&body[..bytes.min(body.len())]).map(|()| false),
        Ending::SilentAt(bytes) => {
            writer.write_all(&body[..bytes.min(body.len())])?;
            reader.read(&mut [0]).map(|_| false)
        }
        Ending::Endless => writer.write_all(body).map(|()| false),
        Ending::Whole | Ending::Nothing => writer.write_all(body).map(|()| said == body.len() as u64),
    }
}
