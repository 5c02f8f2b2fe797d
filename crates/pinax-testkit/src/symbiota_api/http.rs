//! As much of HTTP/1.1 as a test needs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::{Fault, Request};

/// The page Symbiota's API answers with when something breaks in it.
const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>An Error Occurred</title><style>body { color: #222; }</style>\
    </head>\n<body><h1>Oops! An Error Occurred</h1><h2>The server returned an error.</h2>\n<p>Something is broken.</p></body></html>";

/// An answer about to be sent.
pub(super) struct Answer {
    status: u16,
    kind: &'static str,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, kind: "application/json", body: body.to_string().into_bytes() }
    }

    pub(super) fn error(status: u16, message: &str) -> Self {
        Self::json(status, &json!({ "error": message }))
    }

    pub(super) fn page(status: u16) -> Self {
        Self { status, kind: "text/html; charset=UTF-8", body: PAGE.as_bytes().to_vec() }
    }

    pub(super) fn empty() -> Self {
        Self { status: 200, kind: "text/html; charset=UTF-8", body: Vec::new() }
    }
}

/// Reads a request; `None` when the other side hung up.
pub(super) fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
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
    Some(Request { method, target, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

/// Sends the answer, or what becomes of it; may the connection be used again?
pub(super) fn send(stream: &mut TcpStream, answer: Answer, fault: Option<Fault>) -> bool {
    let (answer, more) = match fault {
        None | Some(Fault::Echo(_)) => (answer, String::new()),
        Some(Fault::Status(status)) => (Answer::error(status, "planned"), String::new()),
        Some(Fault::Busy(seconds)) => (Answer::error(429, "Too Many Attempts."), format!("Retry-After: {seconds}\r\n")),
        Some(Fault::Page(status)) => (Answer::page(status), String::new()),
        Some(Fault::Redirect(to)) => (Answer { status: 302, ..Answer::empty() }, format!("Location: {to}\r\n")),
        Some(Fault::Lost) => return false,
        Some(Fault::Slow) => {
            let _ = stream.read(&mut [0]);
            return false;
        }
        Some(Fault::CutOff) => {
            let whole = bytes(&answer, "", answer.body.len() as u64);
            let _ = stream.write_all(&whole[..whole.len() - answer.body.len().div_ceil(2).max(1)]);
            return false;
        }
        Some(Fault::Huge(length)) => {
            let _ = stream.write_all(&bytes(&answer, "", length));
            let _ = stream.read(&mut [0]);
            return false;
        }
        Some(Fault::HugeUnsaid(length)) => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&vec![b' '; length]));
            return false;
        }
    };
    stream.write_all(&bytes(&answer, &more, answer.body.len() as u64)).is_ok()
}

fn bytes(answer: &Answer, more: &str, length: u64) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {length}\r\nSet-Cookie: PHPSESSID=x; secure\r\n{more}\r\n",
        answer.status, answer.kind
    )
    .into_bytes();
    bytes.extend_from_slice(&answer.body);
    bytes
}
