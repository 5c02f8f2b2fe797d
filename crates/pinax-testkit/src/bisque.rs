//! A BisQue of a test's own: the data service and the image service as they are documented, with their faults on demand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use percent_encoding::percent_decode_str;

use crate::scripted_web::{ScriptedWeb, WebReply, WebRequest};

/// A picture that was uploaded.
#[derive(Debug, Clone)]
pub struct UploadedImage {
    /// `resource_uniq`.
    pub id: String,
    /// File name.
    pub name: String,
    /// Where it lies: what `value` is compared with.
    pub path: String,
    /// Day of upload, `YYYY-MM-DD`.
    pub day: String,
    /// When it was changed last.
    pub changed: u64,
    /// The file.
    pub bytes: Vec<u8>,
}

/// What goes wrong when a day or a picture is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BisqueFault {
    /// Status 503.
    Busy,
    /// Status 429, and to be left alone for so many seconds.
    TooOften(u64),
    /// A web page with status 200.
    Page,
    /// The connection is closed in the middle of the answer.
    CutOff,
    /// A whole answer that ends in the middle of its text.
    HalfAText,
    /// `offset` is not looked at.
    SamePages,
    /// Neither `limit` nor `offset` is looked at.
    NoPages,
}

#[derive(Default)]
struct State {
    images: Vec<UploadedImage>,
    /// By day or id; how often still.
    faults: BTreeMap<String, (BisqueFault, u64)>,
}

/// The service; it ends when it is dropped.
pub struct FakeBisque {
    web: ScriptedWeb,
    state: Arc<Mutex<State>>,
}

impl FakeBisque {
    /// Starts an empty one.
    #[must_use]
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let inside = Arc::clone(&state);
        let web = ScriptedWeb::start(move |request| held(&inside).answer(request));
        Self { web, state }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        self.web.url("")
    }

    /// Uploads a picture, or uploads it anew when there is one of this id.
    pub fn upload(&self, id: &str, name: &str, path: &str, day: &str, bytes: &[u8]) {
        let mut state = held(&self.state);
        let changed = state.images.iter().map(|image| image.changed).max().unwrap_or_default() + 1;
        state.images.retain(|image| image.id != id);
        state.images.push(UploadedImage {
            id: id.to_owned(),
            name: name.to_owned(),
            path: path.to_owned(),
            day: day.to_owned(),
            changed,
            bytes: bytes.to_vec(),
        });
    }

    /// Removes a picture.
    pub fn remove(&self, id: &str) {
        held(&self.state).images.retain(|image| image.id != id);
    }

    /// The next `times` questions for this day, or for the picture of this id, go wrong.
    pub fn fail(&self, day_or_id: &str, fault: BisqueFault, times: u64) {
        held(&self.state).faults.insert(day_or_id.to_owned(), (fault, times));
    }

    /// What it was asked so far.
    #[must_use]
    pub fn requests(&self) -> Vec<WebRequest> {
        self.web.requests()
    }

    /// The days it was asked for since `from` requests came, each as often as it was.
    #[must_use]
    pub fn days_asked(&self, from: usize) -> Vec<String> {
        let requests = self.requests();
        requests[from..].iter().filter_map(|request| day(&asked(&request.target).1)).collect()
    }

    /// So many answers were under way at the same time, at most.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        self.web.most_at_once()
    }
}

impl State {
    fn answer(&mut self, request: &WebRequest) -> WebReply {
        let (path, query) = asked(&request.target);
        if path == "/data_service/image" {
            let Some(day) = day(&query) else { return WebReply::status(400) };
            let fault = self.fault(&day);
            return with_fault(fault, |fault| self.rows(&day, &query, fault)).header("Content-Type", "text/xml");
        }
        let Some(asked) = path.strip_prefix("/image_service/image/") else { return WebReply::status(404) };
        // `ID/resize:1250/format:jpeg` and the like: every size shows the picture itself.
        let id = asked.split('/').next().unwrap_or(asked);
        let fault = self.fault(id);
        let Some(image) = self.images.iter().find(|image| image.id == id) else { return WebReply::status(404) };
        let etag = format!("\"{}\"", image.changed);
        with_fault(fault, |_| WebReply::file(request, &image.bytes, &etag)).header("Content-Type", "image/jpeg")
    }

    fn fault(&mut self, of: &str) -> Option<BisqueFault> {
        let (fault, times) = self.faults.get_mut(of).filter(|(_, times)| *times > 0)?;
        *times -= 1;
        Some(*fault)
    }

    fn rows(&self, day: &str, query: &BTreeMap<String, String>, fault: Option<BisqueFault>) -> WebReply {
        let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
        let part = query.get("value").map(|value| value.trim_matches('*').to_owned()).unwrap_or_default();
        let (mut offset, mut limit) = (number("offset").unwrap_or_default(), number("limit").unwrap_or(1_000));
        match fault {
            Some(BisqueFault::SamePages) => offset = 0,
            Some(BisqueFault::NoPages) => (offset, limit) = (0, usize::MAX),
            _ => {}
        }
        let of_day = self.images.iter().filter(|image| image.day == day && image.path.contains(&part));
        let mut body =
            String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<resource uri=\"/data_service/image\">\n");
        for image in of_day.skip(offset).take(limit) {
            body.push_str(&format!(
                "<image created=\"{day}T10:00:00\" name=\"{}\" permission=\"published\" resource_uniq=\"{}\" ts=\"{}\" value=\"irods://{}\"/>\n",
                escaped(&image.name),
                image.id,
                image.changed,
                escaped(&image.path),
            ));
        }
        body.push_str("</resource>");
        WebReply::bytes(body)
    }
}

fn with_fault(fault: Option<BisqueFault>, answer: impl Fn(Option<BisqueFault>) -> WebReply) -> WebReply {
    match fault {
        Some(BisqueFault::Busy) => WebReply::status(503),
        Some(BisqueFault::TooOften(seconds)) => WebReply::status(429).header("Retry-After", &seconds.to_string()),
        Some(BisqueFault::Page) => WebReply::bytes("<html><body>The service is restarting</body></html>"),
        Some(BisqueFault::CutOff) => answer(fault).cut_in_half(),
        Some(BisqueFault::HalfAText) => answer(fault).with_half_of_it(),
        Some(BisqueFault::SamePages | BisqueFault::NoPages) | None => answer(fault),
    }
}

/// Path and query of a request, decoded.
fn asked(target: &str) -> (String, BTreeMap<String, String>) {
    let plain = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    (plain(path), pairs.map(|(name, text)| (plain(name), plain(text))).collect())
}

fn day(query: &BTreeMap<String, String>) -> Option<String> {
    Some(query.get("tag_query")?.strip_prefix("upload_datetime:")?.trim_end_matches('*').to_owned())
}

/// A text as it stands in an attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' | '\n' | '\r' | '\t' => escaped.push_str(&format!("&#{};", c as u32)),
            c => escaped.push(c),
        }
    }
    escaped
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
