//! Which call answers what.

use serde_json::{Map, Value, json};

use super::http::Answer;
use super::{Request, State, SymbiotaApi, records, rows};

/// What a call was given: query and JSON body together, as Lumen has it.
pub(super) struct Input(Map<String, Value>);

impl Input {
    fn of(request: &Request) -> Self {
        let mut all = match serde_json::from_str(&request.body) {
            Ok(Value::Object(body)) => body,
            _ => Map::new(),
        };
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
            all.insert(decoded(name), Value::from(decoded(text)));
        }
        Self(all)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    pub(super) fn all(&self) -> &Map<String, Value> {
        &self.0
    }

    /// `offset` and `limit` of a page.
    pub(super) fn page(&self, usual: u64) -> (usize, usize) {
        let number = |name, usual| usize::try_from(self.number(name).unwrap_or(usual)).unwrap_or(usize::MAX);
        (number("offset", 0), number("limit", usual))
    }
}

/// A form's encoding.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                bytes.push(digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(b'?'));
                rest = rest.get(2..).unwrap_or_default();
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One page of `all` in the envelope of every list; `endOfRecords` is false always.
pub(super) fn page(input: &Input, usual: u64, all: &[Value]) -> Answer {
    let (offset, limit) = input.page(usual);
    let results: Vec<&Value> = all.iter().skip(offset).take(limit).collect();
    Answer::json(
        200,
        &json!({ "offset": offset, "limit": limit, "endOfRecords": false, "count": all.len(), "results": results }),
    )
}

pub(super) fn too_many(input: &Input, most: u64) -> Option<Answer> {
    let limit = input.number("limit").filter(|limit| *limit > most)?;
    let told = format!("The limit may not be greater than {most}.");
    let _ = limit;
    Some(Answer::json(422, &json!({ "limit": [told] })))
}

/// Does the token belong to an account? Otherwise the answer.
pub(super) fn refused(input: &Input) -> Option<Answer> {
    let known = [SymbiotaApi::TOKEN, SymbiotaApi::STRANGER, SymbiotaApi::NOBODY];
    match input.text("apiToken") {
        None => Some(Answer::json(422, &json!({ "apiToken": ["The api token field is required."] }))),
        Some(token) if known.contains(&token.as_str()) => None,
        Some(_) => Some(Answer::error(401, "Unauthorized")),
    }
}

pub(super) fn answer(state: &mut State, request: &Request) -> Answer {
    let path = request.target.split('?').next().unwrap_or_default();
    let Some(call) = path.strip_prefix("/portal/api/v2/") else {
        // Symbiota shows its front page wherever there is nothing.
        return if path.starts_with("/portal/api/") { Answer::page(404) } else { Answer::page(200) };
    };
    let parts: Vec<&str> = call.split('/').collect();
    let input = Input::of(request);
    if request.method == "POST" && serde_json::from_str::<Value>(&request.body).is_err() {
        return Answer::error(400, "Invalid JSON format in request body");
    }
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["installation", "status"]) => Answer::json(
            200,
            &json!({ "status": true, "portalName": "Test Portal", "symbiotaVersion": "3.4.14", "apiVersion": "2.0" }),
        ),
        ("GET", ["collection"]) => too_many(&input, 1000).unwrap_or_else(|| page(&input, 1000, &state.collections)),
        ("GET", ["occurrence"]) => records::list(state, &input),
        ("GET", ["occurrence", id]) => records::one(state, id, &input),
        ("GET", ["occurrence", id, "media"]) => records::media(state, id),
        ("POST", ["occurrence", "skeletal"]) => records::skeletal(state, &input),
        ("POST", ["media"]) => rows::insert(state, &input),
        ("PATCH", ["media", id]) => rows::update(state, id, &input),
        ("DELETE", ["media", id]) => rows::delete(state, id, &input),
        (_, ["media" | "occurrence" | "collection", ..]) => Answer::page(405),
        _ => Answer::page(404),
    }
}
