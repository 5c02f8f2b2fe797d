//! A Dropbox of a test's own: the calls of API version 2 that Pinax makes, as they are documented, with faults on demand.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::scripted_web::{ScriptedWeb, WebReply, WebRequest};

/// The refresh token it knows.
pub const REFRESH_TOKEN: &str = "refresh-s3cret";
/// The app it knows.
pub const APP_KEY: &str = "appkey";

/// Something that happened to a path.
#[derive(Debug, Clone)]
struct Change {
    path: String,
    /// Content, revision; `None` when it was deleted.
    file: Option<(Vec<u8>, u64)>,
}

struct State {
    changes: Vec<Change>,
    /// Tokens that are accepted.
    tokens: Vec<String>,
    given: u64,
    page_entries: usize,
    /// Cursors of an earlier age are not known any more.
    age: usize,
    /// The next answers, whatever is asked for, but for tokens.
    next: VecDeque<WebReply>,
    /// So many downloads are cut off in the middle.
    cuts: usize,
}

/// The service; it ends when it is dropped.
pub struct FakeDropbox {
    web: ScriptedWeb,
    state: Arc<Mutex<State>>,
}

impl FakeDropbox {
    /// Starts an empty one that accepts one token.
    #[must_use]
    pub fn start(token: &str) -> Self {
        let state = Arc::new(Mutex::new(State {
            changes: Vec::new(),
            tokens: vec![token.to_owned()],
            given: 0,
            page_entries: 1_000,
            age: 0,
            next: VecDeque::new(),
            cuts: 0,
        }));
        let inside = Arc::clone(&state);
        let web = ScriptedWeb::start(move |request| held(&inside).answer(request));
        Self { web, state }
    }

    /// Its address, for questions and for files.
    #[must_use]
    pub fn url(&self) -> String {
        self.web.url("")
    }

    /// Puts a file, or another version of it.
    pub fn put(&self, path: &str, bytes: &[u8]) {
        let mut state = held(&self.state);
        let revision = state.changes.len() as u64 + 1;
        state.changes.push(Change { path: path.to_owned(), file: Some((bytes.to_vec(), revision)) });
    }

    /// Deletes a file.
    pub fn remove(&self, path: &str) {
        held(&self.state).changes.push(Change { path: path.to_owned(), file: None });
    }

    /// Entries in one page.
    pub fn set_page_entries(&self, entries: usize) {
        held(&self.state).page_entries = entries;
    }

    /// No token is accepted any more; new ones are, when they are asked for.
    pub fn expire_tokens(&self) {
        held(&self.state).tokens.clear();
    }

    /// Cursors that were given so far are answered with `reset`.
    pub fn reset_cursors(&self) {
        held(&self.state).age += 1;
    }

    /// The next question is answered so.
    pub fn answer_next(&self, reply: WebReply) {
        held(&self.state).next.push_back(reply);
    }

    /// The next `downloads` are cut off in the middle.
    pub fn cut_downloads(&self, downloads: usize) {
        held(&self.state).cuts = downloads;
    }

    /// What it was asked so far.
    #[must_use]
    pub fn requests(&self) -> Vec<WebRequest> {
        self.web.requests()
    }
}

impl State {
    fn answer(&mut self, request: &WebRequest) -> WebReply {
        if request.target == "/oauth2/token" {
            return self.token(request);
        }
        let token = request.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
        if !token.is_some_and(|token| self.tokens.iter().any(|known| known == token)) {
            return refused(401, "expired_access_token/.");
        }
        if let Some(reply) = self.next.pop_front() {
            return reply;
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        match request.target.as_str() {
            "/2/files/list_folder" => self.list_folder(&body),
            "/2/files/list_folder/continue" => self.go_on(&body),
            "/2/files/get_metadata" => self.file(&body).map_or_else(not_found, |file| answer(&file.0)),
            "/2/files/download" => self.download(request),
            _ => WebReply::status(404),
        }
    }

    fn token(&mut self, request: &WebRequest) -> WebReply {
        let form = String::from_utf8_lossy(&request.body).into_owned();
        let has = |pair: String| form.split('&').any(|own| own == pair);
        let known = has("grant_type=refresh_token".to_owned())
            && has(format!("refresh_token={REFRESH_TOKEN}"))
            && has(format!("client_id={APP_KEY}"));
        if !known {
            let told = json!({"error": "invalid_grant", "error_description": "refresh token is invalid or revoked"});
            return json_reply(400, &told);
        }
        self.given += 1;
        let token = format!("short-{}", self.given);
        self.tokens = vec![token.clone()];
        answer(&json!({"access_token": token, "token_type": "bearer", "expires_in": 14_400}))
    }

    fn list_folder(&mut self, body: &Value) -> WebReply {
        let folder = body["path"].as_str().unwrap_or_default().to_lowercase();
        let inside = |change: &Change| change.path.to_lowercase().starts_with(&format!("{folder}/"));
        if !folder.is_empty() && !self.changes.iter().any(inside) {
            return refused(409, "path/not_found/..");
        }
        self.page(&folder, 0, self.changes.len())
    }

    /// A cursor says: its age, from which change on, up to which change nothing was listed before, and which folder.
    fn go_on(&mut self, body: &Value) -> WebReply {
        let cursor = body["cursor"].as_str().unwrap_or_default();
        let mut parts = cursor.splitn(4, '|');
        let mut number = || parts.next().and_then(|part| part.parse::<usize>().ok());
        let (Some(age), Some(from), Some(first)) = (number(), number(), number()) else { return WebReply::status(400) };
        let folder = parts.next().unwrap_or_default().to_owned();
        if age < self.age {
            return refused(409, "reset/");
        }
        self.page(&folder, from, first)
    }

    fn page(&self, folder: &str, from: usize, first: usize) -> WebReply {
        let mut entries = Vec::new();
        let mut at = from;
        while at < self.changes.len() && entries.len() < self.page_entries {
            let change = &self.changes[at];
            at += 1;
            let lower = change.path.to_lowercase();
            let is_last = !self.changes[at..].iter().any(|later| later.path.to_lowercase() == lower);
            if !is_last || !lower.starts_with(&format!("{folder}/")) {
                continue;
            }
            match &change.file {
                Some((bytes, revision)) => entries.push(file_entry(&change.path, bytes, *revision)),
                None if at > first => {
                    entries.push(json!({".tag": "deleted", "path_lower": lower, "path_display": change.path}));
                }
                None => {}
            }
        }
        let has_more = at < self.changes.len();
        answer(
            &json!({"entries": entries, "cursor": format!("{}|{at}|{first}|{folder}", self.age), "has_more": has_more}),
        )
    }

    fn file(&self, argument: &Value) -> Option<(Value, &[u8])> {
        let path = argument["path"].as_str()?.to_lowercase();
        let change = self.changes.iter().rev().find(|change| change.path.to_lowercase() == path)?;
        let (bytes, revision) = change.file.as_ref()?;
        Some((file_entry(&change.path, bytes, *revision), bytes))
    }

    fn download(&mut self, request: &WebRequest) -> WebReply {
        let is_cut = self.cuts > 0;
        self.cuts = self.cuts.saturating_sub(1);
        let argument = request.header("dropbox-api-arg").unwrap_or_default();
        let argument: Value = serde_json::from_str(argument).unwrap_or_default();
        let Some((entry, bytes)) = self.file(&argument) else { return not_found() };
        let etag = format!("\"{}\"", entry["rev"].as_str().unwrap_or_default());
        let reply = WebReply::file(request, bytes, &etag).header("Dropbox-API-Result", &ascii(&entry));
        if is_cut { reply.cut_in_half() } else { reply }
    }
}

fn file_entry(path: &str, bytes: &[u8], revision: u64) -> Value {
    json!({
        ".tag": "file",
        "name": path.rsplit('/').next(),
        "id": format!("id:{revision}"),
        "path_lower": path.to_lowercase(),
        "path_display": path,
        "client_modified": "2015-05-12T15:50:38Z",
        "server_modified": format!("2026-11-{:02}T{:02}:{:02}:38Z", 1 + revision / 1440 % 28, revision / 60 % 24, revision % 60),
        "rev": format!("{revision:09x}"),
        "size": bytes.len(),
        "is_downloadable": true,
        "content_hash": content_hash(bytes),
    })
}

/// SHA-256 of the SHA-256s of blocks of 4 MiB.
fn content_hash(bytes: &[u8]) -> String {
    let sums: Vec<u8> = bytes.chunks(4 * 1024 * 1024).flat_map(Sha256::digest).collect();
    Sha256::digest(sums).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Headers hold ASCII alone.
fn ascii(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_string().chars() {
        if (' '..='~').contains(&c) {
            text.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let _ = write!(text, "\\u{unit:04x}");
            });
        }
    }
    text
}

fn answer(value: &Value) -> WebReply {
    json_reply(200, value)
}

fn not_found() -> WebReply {
    refused(409, "path/not_found/..")
}

/// A refusal as Dropbox words it.
#[must_use]
pub fn refused(status: u16, summary: &str) -> WebReply {
    let tag = summary.split('/').next();
    json_reply(status, &json!({"error_summary": summary, "error": {".tag": tag}}))
}

fn json_reply(status: u16, value: &Value) -> WebReply {
    WebReply::refusal(status, value.to_string()).header("Content-Type", "application/json")
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
