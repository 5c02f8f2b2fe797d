//! Whether the way to the server is encrypted, and by whom the server's certificate must be signed.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use mysql_async::{DriverError, IoError, SslOpts};
use pinax_core::{Error, ErrorKind, Result};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// A file of certificates is not longer.
const CA_LIMIT_BYTES: u64 = 4 << 20;

/// How the way is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ssl {
    /// Not at all: good for a socket and for the same machine.
    Off,
    /// Encrypted; the certificate must bear the host's name and be signed by an authority of this file, or, without one,
    /// by one of those browsers trust.
    Required(Option<PathBuf>),
}

impl Ssl {
    /// Reads the url's options `ssl` and `ssl_ca`; a refusal goes on after "the portal's url".
    pub(super) fn parse(ssl: Option<&str>, ca: Option<&str>) -> Result<Self, String> {
        match (ssl, ca) {
            (None | Some("off"), None) => Ok(Self::Off),
            (Some("required"), None) => Ok(Self::Required(None)),
            (None | Some("required"), Some(path)) if path.starts_with('/') => {
                Ok(Self::Required(Some(PathBuf::from(path))))
            }
            (None | Some("required"), Some(_)) => Err("names an ssl_ca that is not a whole path".to_owned()),
            (Some("off"), Some(_)) => Err("says both ssl=off and ssl_ca".to_owned()),
            (Some(other), _) => Err(format!("says ssl={other}; it is off or required")),
        }
    }

    /// As it is written in a url, after `?`.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Off => String::new(),
            Self::Required(None) => "?ssl=required".to_owned(),
            Self::Required(Some(path)) => format!("?ssl=required&ssl_ca={}", path.display()),
        }
    }

    /// What the driver is given.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the file of certificates cannot be used.
    pub(super) fn opts(&self) -> Result<Option<SslOpts>> {
        let Self::Required(ca) = self else { return Ok(None) };
        // Another part of the program may have chosen one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let opts = SslOpts::default();
        let Some(path) = ca else { return Ok(Some(opts)) };
        let roots = vec![read(path)?.into()];
        Ok(Some(opts.with_root_certs(roots).with_disable_built_in_roots(true)))
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let unusable = |why: String| {
        Error::new(ErrorKind::Config, format!("the certificates in {} (ssl_ca) cannot be used: {why}", path.display()))
            .hint("give a PEM file with the certificate of the authority that signed the server's")
    };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(CA_LIMIT_BYTES).read_to_end(&mut bytes))
        .map_err(|error| unusable(error.to_string()))?;
    let mut certificates = 0;
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        certificate.map_err(|error| unusable(error.to_string()))?;
        certificates += 1;
    }
    if certificates == 0 {
        return Err(unusable("it holds none".to_owned()));
    }
    Ok(bytes)
}

/// An error of setting the protection up, told; any other is given back.
pub(super) fn refused(error: mysql_async::Error, address: &str) -> Result<Error, mysql_async::Error> {
    let told =
        |why: String| Error::new(ErrorKind::Config, format!("the way to the portal's database at {address} {why}"));
    let certificate = "the certificate must bear the name the url has as host, be valid today, and be signed by the \
         authority given with ssl_ca=/path.pem in the url, or else by a public one";
    match error {
        mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer) => {
            Ok(told("cannot be encrypted: the server does not offer it".to_owned())
                .hint("set the server up with a certificate, or leave ssl out of the url on a network you trust"))
        }
        mysql_async::Error::Io(IoError::Tls(error)) => {
            Ok(told(format!("cannot be encrypted: {error}")).hint(certificate))
        }
        mysql_async::Error::Io(IoError::Io(error)) => {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(cause) => Ok(told(format!("is not trusted: {cause}")).hint(certificate)),
                None => Err(mysql_async::Error::Io(IoError::Io(error))),
            }
        }
        error => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::Ssl;

    #[test]
    fn options() {
        let file = || Some(PathBuf::from("/ca.pem"));
        for (ssl, ca, expected) in [
            (None, None, Ok(Ssl::Off)),
            (Some("off"), None, Ok(Ssl::Off)),
            (Some("required"), None, Ok(Ssl::Required(None))),
            (Some("required"), Some("/ca.pem"), Ok(Ssl::Required(file()))),
            (None, Some("/ca.pem"), Ok(Ssl::Required(file()))),
            (None, Some("ca.pem"), Err("whole path")),
            (Some("off"), Some("/ca.pem"), Err("both")),
            (Some("preferred"), None, Err("off or required")),
        ] {
            match (Ssl::parse(ssl, ca), expected) {
                (Ok(ssl), Ok(expected)) => assert_eq!(ssl, expected),
                (Err(told), Err(part)) => assert!(told.contains(part), "{told}"),
                (got, expected) => panic!("{ssl:?} {ca:?}: {got:?}, not {expected:?}"),
            }
        }
    }
}
