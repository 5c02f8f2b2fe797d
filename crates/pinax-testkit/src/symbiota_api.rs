//! A portal's API (`/api/v2`) that behaves as Symbiota 3.4.14 was seen to behave, on a port of this machine: with what it
//! ignores, hides and gets wrong. It fails when a test wants it to, and remembers what it was asked.

mod answers;
mod http;
mod records;
mod rows;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use pinax_core::nouns::media::MediaRecord;
use serde_json::{Map, Value, json};

use self::http::{Answer, read, send};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST, PATCH, DELETE.
    pub method: String,
    /// Path and query, still encoded.
    pub target: String,
    /// Name in lower case, and text.
    pub headers: Vec<(String, String)>,
    /// As text.
    pub body: String,
}

impl Request {
    /// The text of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
    }
}

/// How a request fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This status with a JSON error, and nothing is done.
    Status(u16),
    /// Status 429 with `Retry-After`, and nothing is done.
    Busy(u64),
    /// This status with a JSON error that repeats what was sent, and nothing is done.
    Echo(u16),
    /// A page of this status, and nothing is done.
    Page(u16),
    /// Everything is done, and the connection closed without an answer.
    Lost,
    /// Everything is done, and the answer cut off in its middle.
    CutOff,
    /// Everything is done, and the answer kept back until the other side hangs up.
    Slow,
    /// An answer that says it is this long.
    Huge(u64),
    /// An answer of this length that does not say how long it is.
    HugeUnsaid(usize),
    /// Leads elsewhere.
    Redirect(String),
}

struct Planned {
    method: &'static str,
    part: String,
    skip: u32,
    times: u32,
    fault: Fault,
}

#[derive(Default)]
struct State {
    collections: Vec<Value>,
    records: Vec<Map<String, Value>>,
    rows: Vec<Map<String, Value>>,
    last: u64,
    media_call_works: bool,
    requests: Vec<Request>,
    planned: Vec<Planned>,
}

/// The server; it ends when it is dropped.
pub struct SymbiotaApi {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
}

impl SymbiotaApi {
    /// The token of an account that may do everything.
    pub const TOKEN: &'static str = "4c059e7c-0000-4000-8000-00000000c0de";
    /// The token of an account that is editor of no collection.
    pub const STRANGER: &'static str = "4c059e7c-0000-4000-8000-0000000057a6";
    /// The token of an account without any role.
    pub const NOBODY: &'static str = "4c059e7c-0000-4000-8000-000000000b0d";

    /// Starts an empty portal.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (state, stop) = (Arc::new(Mutex::new(State::default())), Arc::new(AtomicBool::new(false)));
        let (shared, stopped) = (Arc::clone(&state), Arc::clone(&stop));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { address, state, stop }
    }

    /// The portal's root.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/portal", self.address)
    }

    /// Adds a collection.
    pub fn add_collection(&self, collid: u32, institution_code: &str, collection_code: Option<&str>, name: &str) {
        self.state().collections.push(json!({
            "collID": collid, "institutionCode": institution_code, "collectionCode": collection_code,
            "collectionName": name, "fullDescription": null, "managementType": "Live Data",
        }));
    }

    /// Adds a record.
    pub fn add_record(&self, collid: u32, occid: u64, catalog_number: &str) {
        let mut state = self.state();
        state.last = state.last.max(occid);
        state.records.push(records::record(collid, occid, catalog_number));
    }

    /// Writes a column of a record, as an editor may. `identifierValue` adds an additional identifier.
    pub fn set_field(&self, occid: u64, column: &str, value: &Value) {
        for record in self.state().records.iter_mut().filter(|record| record["occid"] == occid) {
            if column == "identifierValue" {
                let identifiers = record["identifier"].as_array_mut().expect("a list");
                identifiers.push(json!({ "occid": occid, "identifierValue": value, "identifierName": "" }));
            } else {
                record.insert(column.to_owned(), value.clone());
            }
        }
    }

    /// Takes a record away.
    pub fn remove_record(&self, occid: u64) {
        self.state().records.retain(|record| record["occid"] != occid);
    }

    /// Adds a picture row that somebody else made.
    pub fn add_row(&self, record: &MediaRecord) {
        let mut state = self.state();
        let row = rows::seeded(record, &mut state.last);
        state.rows.push(row);
    }

    /// Changes rows as an editor in the portal may.
    pub fn edit_rows(&self, edit: impl FnMut(&mut Map<String, Value>)) {
        self.state().rows.iter_mut().for_each(edit);
    }

    /// All picture rows.
    #[must_use]
    pub fn rows(&self) -> Vec<MediaRecord> {
        self.state().rows.iter().map(rows::read).collect()
    }

    /// The value of a column of each row.
    #[must_use]
    pub fn column(&self, name: &str) -> Vec<Value> {
        self.state().rows.iter().map(|row| row.get(name).cloned().unwrap_or(Value::Null)).collect()
    }

    /// How many records there are.
    #[must_use]
    pub fn record_count(&self) -> usize {
        self.state().records.len()
    }

    /// Mends `GET occurrence/{id}/media`, and takes `includeMedia` away, as another version may.
    pub fn mend_media_call(&self) {
        self.state().media_call_works = true;
    }

    /// Lets the next `times` requests of this method, whose path holds `part`, fail.
    pub fn fail(&self, method: &'static str, part: &str, times: u32, fault: Fault) {
        self.fail_after(0, method, part, times, fault);
    }

    /// The same, after `skip` such requests were answered.
    pub fn fail_after(&self, skip: u32, method: &'static str, part: &str, times: u32, fault: Fault) {
        self.state().planned.push(Planned { method, part: part.to_owned(), skip, times, fault });
    }

    /// What was asked, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// How many requests of this method had `part` in their path or query.
    #[must_use]
    pub fn count(&self, method: &str, part: &str) -> usize {
        self.state().requests.iter().filter(|one| one.method == method && one.target.contains(part)).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }
}

impl Drop for SymbiotaApi {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the one that waits for connections.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    while let Some(request) = read(&mut stream) {
        let (fault, answer) = {
            let mut state = state.lock().expect("no holder panics");
            state.requests.push(request.clone());
            let fault = state.planned_for(&request);
            let answer = match fault {
                Some(Fault::Echo(status)) => Answer::error(status, &request.body),
                Some(
                    Fault::Status(_)
                    | Fault::Busy(_)
                    | Fault::Page(_)
                    | Fault::Huge(_)
                    | Fault::HugeUnsaid(_)
                    | Fault::Redirect(_),
                ) => Answer::empty(),
                Some(Fault::Lost | Fault::CutOff | Fault::Slow) | None => answers::answer(&mut state, &request),
            };
            (fault, answer)
        };
        if !send(&mut stream, answer, fault) {
            return;
        }
    }
}

impl State {
    fn planned_for(&mut self, request: &Request) -> Option<Fault> {
        let fits =
            |one: &&mut Planned| one.times > 0 && one.method == request.method && request.target.contains(&one.part);
        let planned = self.planned.iter_mut().find(fits)?;
        if planned.skip > 0 {
            planned.skip -= 1;
            return None;
        }
        planned.times -= 1;
        Some(planned.fault.clone())
    }

    fn next_id(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}
