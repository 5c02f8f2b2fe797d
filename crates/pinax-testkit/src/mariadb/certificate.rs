//! Certificates for a server on loopback.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// Writes `ca.pem`, `server.pem` and `server.key` into `folder`: a certificate for 127.0.0.1 and no other name, and
/// that of its authority.
pub(crate) fn write(folder: &Path) {
    let authority = authority("Test Authority");
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("an address is a name");
    params.distinguished_name.push(DnType::CommonName, "Test Portal");
    let key = KeyPair::generate().expect("a key can be made");
    let certificate = params.signed_by(&key, &authority).expect("a certificate can be signed");
    for (name, text) in
        [("ca.pem", authority.pem()), ("server.pem", certificate.pem()), ("server.key", key.serialize_pem())]
    {
        fs::write(folder.join(name), text).expect("a file can be written");
    }
}

/// The certificate of an authority that signed nothing, as PEM.
///
/// # Panics
/// When no key can be made.
#[must_use]
pub fn stranger() -> String {
    authority("Stranger").pem()
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().expect("a key can be made");
    CertifiedIssuer::self_signed(params, key).expect("a certificate can be signed")
}
