//! Signature Version 4 (AWS documentation, "Authenticating Requests"), in headers and in addresses.
//!
//! Written here rather than taken from a library: it is one page, has published examples to test against, and the
//! libraries sign either all in the address, which leaves the bytes unsigned, or bring an HTTP client of their own.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use pinax_core::nouns::checksum::Sha256Sum;
use sha2::Sha256;
use url::Url;

use super::{S3Login, keys, time};
use crate::http::Method;
use crate::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// How long a signed address is good for: longer than any download of a picture, and its retries.
const ADDRESS_LIFE_S: u32 = 3_600;

/// Adds what proves the request: who, when, and the sum of the body. All headers that are there already are signed too.
pub(super) fn in_headers(
    headers: &mut HeaderMap,
    method: &Method,
    url: &Url,
    login: &S3Login,
    region: &str,
    body: &[u8],
    now_s: i64,
) {
    let (moment, sum) = (time::basic(now_s), Sha256Sum::of(body).to_string());
    let mut add = |name: &'static str, text: &str| {
        if let Ok(mut value) = HeaderValue::from_str(text) {
            value.set_sensitive(name == "x-amz-security-token");
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    add("x-amz-content-sha256", &sum);
    add("x-amz-date", &moment);
    if let Some(token) = &login.session_token {
        add("x-amz-security-token", token);
    }
    let mut signed = vec![("host".to_owned(), host(url))];
    for (name, value) in headers.iter() {
        let words: Vec<&str> = value.to_str().unwrap_or_default().split_ascii_whitespace().collect();
        signed.push((name.as_str().to_owned(), words.join(" ")));
    }
    signed.sort_unstable();
    let names: Vec<&str> = signed.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(";");
    let scope = scope(&moment, region);
    let signature = signature(&canonical(method.as_str(), url, &signed, &names, &sum), &moment, &scope, login, region);
    let who = &login.access_key;
    let proof = format!("{ALGORITHM} Credential={who}/{scope},SignedHeaders={names},Signature={signature}");
    if let Ok(mut value) = HeaderValue::from_str(&proof) {
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
}

/// Makes an address at which anybody can read the object for an hour.
pub(super) fn in_address(url: &mut Url, login: &S3Login, region: &str, now_s: i64) {
    let moment = time::basic(now_s);
    let scope = scope(&moment, region);
    let credential = keys::encode(&format!("{}/{scope}", login.access_key), false);
    let mut query = format!(
        "X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={credential}&X-Amz-Date={moment}&X-Amz-Expires={ADDRESS_LIFE_S}"
    );
    if let Some(token) = &login.session_token {
        let _ = write!(query, "&X-Amz-Security-Token={}", keys::encode(token, false));
    }
    query.push_str("&X-Amz-SignedHeaders=host");
    url.set_query(Some(&query));
    let signed = [("host".to_owned(), host(url))];
    let canonical = canonical("GET", url, &signed, "host", "UNSIGNED-PAYLOAD");
    let signature = signature(&canonical, &moment, &scope, login, region);
    url.set_query(Some(&format!("{query}&X-Amz-Signature={signature}")));
}

/// As the client sends it: the port only where it is not the usual one.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn scope(moment: &str, region: &str) -> String {
    format!("{}/{region}/s3/aws4_request", &moment[..8])
}

/// The request in the one form that both sides sign. The query is made in order, and encoded.
fn canonical(method: &str, url: &Url, signed: &[(String, String)], names: &str, sum: &str) -> String {
    let mut text = format!("{method}\n{}\n{}\n", url.path(), url.query().unwrap_or_default());
    for (name, value) in signed {
        let _ = writeln!(text, "{name}:{value}");
    }
    let _ = write!(text, "\n{names}\n{sum}");
    text
}

fn signature(canonical: &str, moment: &str, scope: &str, login: &S3Login, region: &str) -> String {
    let to_sign = format!("{ALGORITHM}\n{moment}\n{scope}\n{}", Sha256Sum::of(canonical.as_bytes()));
    let key = format!("AWS4{}", login.secret_key);
    let key = [&moment[..8], region, "s3", "aws4_request"].iter().fold(key.into_bytes(), |key, part| sum(&key, part));
    sum(&key, &to_sign).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn sum(key: &[u8], text: &str) -> Vec<u8> {
    let mut sum = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    sum.update(text.as_bytes());
    sum.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::super::S3Login;
    use super::{in_address, in_headers};
    use crate::http::Method;
    use crate::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

    /// The examples of AWS's documentation, of 24 May 2013.
    const NOW_S: i64 = 1_369_353_600;

    fn login() -> S3Login {
        S3Login::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    }

    fn signed(method: &Method, url: &str, headers: &[(&'static str, &'static str)], body: &[u8]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        in_headers(&mut map, method, &Url::parse(url).unwrap(), &login(), "us-east-1", body, NOW_S);
        let proof = map[AUTHORIZATION].to_str().unwrap().to_owned();
        assert!(!format!("{map:?} {:?}", login()).contains("wJalr"));
        proof.rsplit('=').next().unwrap().to_owned()
    }

    #[test]
    fn requests_are_signed_as_in_the_examples() {
        assert_eq!(
            signed(&Method::GET, "https://examplebucket.s3.amazonaws.com/test.txt", &[("range", "bytes=0-9")], b""),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        assert_eq!(
            signed(
                &Method::PUT,
                "https://examplebucket.s3.amazonaws.com/test%24file.text",
                &[("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
                b"Welcome to Amazon S3."
            ),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        );
        assert_eq!(
            signed(&Method::GET, "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", &[], b""),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        );
    }

    #[test]
    fn a_signed_address_names_key_and_moment_but_not_the_secret() {
        let mut url = Url::parse("https://examplebucket.s3.amazonaws.com/test.txt").unwrap();
        in_address(&mut url, &login(), "us-east-1", NOW_S);
        let text = url.as_str();
        assert!(text.contains("X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"));
        assert!(!text.contains("wJalr") && text.contains("&X-Amz-Signature="), "{text}");
    }
}
