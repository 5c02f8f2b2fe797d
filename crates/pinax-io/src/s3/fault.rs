//! What an S3 server says when it says no, in plain words.

use pinax_core::{Error, ErrorKind};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::S3Options;
use super::listing::character;
use crate::http::Answer;
use crate::http::header::HeaderName;

/// What a server calls an object that is not there.
const NOT_THERE: &str = "NoSuchKey";

/// What stands in the XML of a refusal.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    code: String,
    message: String,
    region: String,
}

/// The error of an answer.
pub(super) fn refusal(options: &S3Options, answer: &Answer, doing: &str) -> Error {
    let said = read(&answer.body);
    let (bucket, region) = (&options.bucket, &options.region);
    let told = if said.message.is_empty() { said.code.as_str() } else { said.message.as_str() };
    let error = |kind, why: &str| Error::new(kind, format!("{doing}: {why}"));
    let right_region = || {
        let header = answer.header(HeaderName::from_static("x-amz-bucket-region")).unwrap_or_default();
        if said.region.is_empty() { header.to_owned() } else { said.region.clone() }
    };
    match (said.code.as_str(), answer.status.as_u16()) {
        ("NoSuchBucket", _) => error(ErrorKind::Config, &format!("there is no bucket `{bucket}`"))
            .hint("look at endpoint and bucket; create the bucket first"),
        ("InvalidBucketName", _) => error(ErrorKind::Config, &format!("`{bucket}` is no name of a bucket")),
        (
            "AuthorizationHeaderMalformed"
            | "PermanentRedirect"
            | "TemporaryRedirect"
            | "IllegalLocationConstraintException",
            _,
        )
        | (_, 301 | 307) => {
            let right = right_region();
            let hint = if right.is_empty() {
                "ask the provider for region and endpoint".to_owned()
            } else {
                format!("set region = \"{right}\", and the endpoint of that region")
            };
            error(ErrorKind::Config, &format!("the bucket does not lie in region `{region}`")).hint(hint)
        }
        ("RequestTimeTooSkewed" | "RequestExpired", _) => {
            error(ErrorKind::Config, "the clock of this machine and that of the server differ too much")
                .hint("set the clock of this machine (timedatectl set-ntp true)")
        }
        ("InvalidAccessKeyId" | "NotSignedUp" | "SignatureDoesNotMatch" | "InvalidSecurity", _) => {
            error(ErrorKind::Unauthorized, "the keys are not accepted").hint("look at access_key and secret key")
        }
        ("ExpiredToken" | "InvalidToken", _) => {
            error(ErrorKind::Unauthorized, "the keys are not good any more").hint("get new ones")
        }
        (NOT_THERE, _) => error(ErrorKind::NotFound, "it is not there"),
        ("PreconditionFailed" | "ConditionalRequestConflict", _) | (_, 412) => {
            error(ErrorKind::Conflict, "something else is there")
        }
        ("QuotaExceeded" | "XMinioStorageFull" | "InsufficientStorage" | "InsufficientCapacity", _) | (_, 507) => {
            error(ErrorKind::Full, "the storage is full").hint("make room, or ask for more; then run again")
        }
        ("EntityTooLarge", _) => error(ErrorKind::Rejected, "it is too large for the server"),
        ("BadDigest" | "XAmzContentSHA256Mismatch" | "InvalidDigest", _) => {
            error(ErrorKind::Io, "it was spoiled on its way").hint("it is tried again in the next run")
        }
        ("InvalidObjectState", _) => {
            error(ErrorKind::Io, "it lies in the archive of the provider").hint("have it restored first")
        }
        ("AccessControlListNotSupported", _) => error(ErrorKind::Config, "the bucket knows no ACLs")
            .hint("leave acl out, and make the pictures public by a bucket policy (docs/s3.md)"),
        ("AccessDenied" | "AllAccessDisabled" | "AccountProblem", _) | (_, 403) => {
            error(ErrorKind::Forbidden, "the server does not allow it")
                .hint("the keys need s3:ListBucket, s3:GetObject, and to publish s3:PutObject and s3:DeleteObject")
        }
        ("", _) => answer.refusal().context(doing),
        (code, status @ 500..) => {
            error(ErrorKind::Io, &format!("{told} ({code}, status {status})")).hint("it is tried again in the next run")
        }
        (code, status) => error(ErrorKind::Rejected, &format!("{told} ({code}, status {status})")),
    }
}

/// Reads as much as there is: a refusal may be cut off, or be a web page.
fn read(body: &[u8]) -> Said {
    let mut said = Said::default();
    let text = String::from_utf8_lossy(body);
    let mut reader = Reader::from_str(&text);
    let (mut path, mut words): (Vec<String>, String) = (Vec::new(), String::new());
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                words.clear();
            }
            Event::Text(part) => words.push_str(&part),
            Event::GeneralRef(name) => {
                words.push_str(&character(&name).unwrap_or_default());
            }
            Event::End(_) => {
                // No more of it than a person reads, on one line.
                let short: String = words.chars().filter(|c| !c.is_control()).take(300).collect();
                match path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                    ["Error", "Code"] => said.code = short,
                    ["Error", "Message"] => said.message = short,
                    ["Error", "Region"] => said.region = short,
                    _ => {}
                }
                path.pop();
                words.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    said
}
