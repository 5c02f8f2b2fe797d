//! One connection that is open: requests are sent at once and answers sorted by their numbers, so many may be under way.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use russh::ChannelMsg;
use russh::client::{Handle, Msg};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::fault::Fault;
use super::login::HostKeyCheck;
use super::packet::{Reader, Writer, kind};

/// No honest answer is longer (OpenSSH: 256 KiB).
const MOST_PACKET_BYTES: usize = 1024 * 1024;
/// Packets that wait to be sent.
const AHEAD: usize = 64;

/// An answer: its kind, and what follows the number of the request.
type Answer = (u8, Vec<u8>);
type Waiting = Arc<Mutex<Option<HashMap<u32, oneshot::Sender<Answer>>>>>;

/// An open connection.
pub(crate) struct Session {
    outgoing: mpsc::Sender<Vec<u8>>,
    waiting: Waiting,
    next_id: AtomicU32,
    patience: Duration,
    extensions: Vec<Vec<u8>>,
    tasks: [JoinHandle<()>; 2],
    /// Dropped, it ends the connection.
    _connection: Handle<HostKeyCheck>,
}

impl Session {
    /// Starts SFTP on a connection that is logged in.
    pub(super) async fn start(
        connection: Handle<HostKeyCheck>,
        channel: russh::Channel<Msg>,
        patience: Duration,
    ) -> Result<Self, Fault> {
        let lost = |error: russh::Error| Fault::Lost(error.to_string());
        channel.request_subsystem(true, "sftp").await.map_err(lost)?;
        let (mut from_server, to_server) = channel.split();
        let (outgoing, mut packets) = mpsc::channel::<Vec<u8>>(AHEAD);
        let sender = tokio::spawn(async move {
            while let Some(packet) = packets.recv().await {
                if to_server.data_bytes(packet).await.is_err() {
                    return;
                }
            }
        });
        let waiting: Waiting = Arc::new(Mutex::new(Some(HashMap::new())));
        let (version, first) = oneshot::channel();
        let sorted = Arc::clone(&waiting);
        let receiver = tokio::spawn(async move {
            let mut version = Some(version);
            let mut buffer = Vec::new();
            while let Some(message) = from_server.wait().await {
                match message {
                    ChannelMsg::Data { data } => buffer.extend_from_slice(&data),
                    ChannelMsg::Eof | ChannelMsg::Close | ChannelMsg::Failure | ChannelMsg::ExitStatus { .. } => break,
                    _ => continue,
                }
                if !sort(&mut buffer, &mut version, &sorted) {
                    break;
                }
            }
            // Whoever waits is told by this.
            sorted.lock().unwrap_or_else(PoisonError::into_inner).take();
        });
        let mut session = Self {
            outgoing,
            waiting,
            next_id: AtomicU32::new(0),
            patience,
            extensions: Vec::new(),
            tasks: [sender, receiver],
            _connection: connection,
        };
        // The first packet has its version where others have a number.
        session.send(Writer::default().packet(kind::INIT, 3)).await?;
        let (what, content) = timeout(patience, first)
            .await
            .map_err(|_| Fault::Lost("no answer in time".to_owned()))?
            .map_err(|_| Fault::Lost("the server offers no SFTP".to_owned()))?;
        if what != kind::VERSION {
            return Err(Fault::Garbled("it does not begin with its version"));
        }
        let mut content = Reader(&content);
        if content.u32()? < 3 {
            return Err(Fault::Garbled("its version of SFTP is older than 3"));
        }
        while !content.is_empty() {
            session.extensions.push(content.bytes()?.to_vec());
            content.bytes()?;
        }
        Ok(session)
    }

    /// Does the server know this extension?
    pub(super) fn knows(&self, extension: &[u8]) -> bool {
        self.extensions.iter().any(|known| known == extension)
    }

    /// Is the connection gone?
    pub(super) fn is_over(&self) -> bool {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    async fn send(&self, packet: Vec<u8>) -> Result<(), Fault> {
        let lost = |why: &str| Fault::Lost(why.to_owned());
        let sent = timeout(self.patience, self.outgoing.send(packet)).await;
        sent.map_err(|_| lost("nothing could be sent in time"))?.map_err(|_| lost("it was closed"))
    }

    /// Sends a request; what is returned waits for its answer.
    pub(super) async fn ask(&self, what: u8, content: Writer) -> Result<Answering, Fault> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        match self.waiting.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(waiting) => waiting.insert(id, sender),
            None => return Err(Fault::Lost("it was closed".to_owned())),
        };
        self.send(content.packet(what, id)).await?;
        Ok(Answering { receiver, patience: self.patience })
    }

    /// Sends a request and waits for its answer, which must be of kind `wanted`.
    pub(super) async fn request(&self, what: u8, content: Writer, wanted: u8) -> Result<Vec<u8>, Fault> {
        self.ask(what, content).await?.of(wanted).await
    }

    /// Sends a request that is answered by no more than that it was done.
    pub(super) async fn done(&self, what: u8, content: Writer) -> Result<(), Fault> {
        match self.request(what, content, kind::HANDLE).await {
            Err(Fault::Status { code: 0, .. }) => Ok(()),
            Err(fault) => Err(fault),
            Ok(_) => Err(Fault::Garbled("a handle where none was asked for")),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// A request that is under way.
pub(super) struct Answering {
    receiver: oneshot::Receiver<Answer>,
    patience: Duration,
}

impl Answering {
    /// Waits for an answer of kind `wanted`; any status is a fault, also the one that all is well.
    pub(super) async fn of(self, wanted: u8) -> Result<Vec<u8>, Fault> {
        let (what, content) = timeout(self.patience, self.receiver)
            .await
            .map_err(|_| Fault::Lost("no answer in time".to_owned()))?
            .map_err(|_| Fault::Lost("it was closed".to_owned()))?;
        if what == wanted {
            return Ok(content);
        }
        if what != kind::STATUS {
            return Err(Fault::Garbled("an answer of the wrong kind"));
        }
        let mut content = Reader(&content);
        let code = content.u32()?;
        // Some servers leave the words out.
        let message = content.bytes().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        Err(Fault::Status { code, message })
    }
}

/// Hands whole packets to those who wait; `false` when the stream makes no sense.
fn sort(buffer: &mut Vec<u8>, version: &mut Option<oneshot::Sender<Answer>>, waiting: &Waiting) -> bool {
    let mut begin = 0;
    while let Some(head) = buffer.get(begin..begin + 4) {
        let length = Reader(head).u32().ok().and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX);
        if !(5..=MOST_PACKET_BYTES).contains(&length) {
            return false;
        }
        let Some(packet) = buffer.get(begin + 4..begin + 4 + length) else { break };
        let what = packet[0];
        if let Some(version) = version.take() {
            // An error says that nobody waits any more.
            let _ = version.send((what, packet[1..].to_vec()));
        } else {
            let id = Reader(&packet[1..]).u32().unwrap_or_default();
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(one) = waiting.as_mut().and_then(|waiting| waiting.remove(&id)) {
                let _ = one.send((what, packet[5..].to_vec()));
            }
        }
        begin += 4 + length;
    }
    buffer.drain(..begin);
    true
}
