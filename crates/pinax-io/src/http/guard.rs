//! The guard at the gate: an address that comes from data must not make us ask the machines behind our own wall.

use std::collections::HashSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use pinax_core::{Error, ErrorKind, Result};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::shown;

/// Which addresses are fine: servers the configuration names, as they are; all others only on the public internet,
/// looked at after the name was resolved, on the very address that is connected to.
#[derive(Debug, Clone, Default)]
pub struct AddressGuard {
    /// Host and port.
    named: HashSet<(String, u16)>,
}

impl AddressGuard {
    /// Only the public internet.
    #[must_use]
    pub fn public_only() -> Self {
        Self::default()
    }

    /// The public internet, and the servers of these addresses, wherever they are. A server named by http or https at
    /// its usual port is named by both.
    #[must_use]
    pub fn naming<'a>(urls: impl IntoIterator<Item = &'a Url>) -> Self {
        let mut named = HashSet::new();
        for url in urls {
            let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { continue };
            named.insert((host.to_ascii_lowercase(), port));
            if matches!(port, 80 | 443) {
                named.insert((host.to_ascii_lowercase(), 80));
                named.insert((host.to_ascii_lowercase(), 443));
            }
        }
        Self { named }
    }

    /// Does the configuration name this server?
    #[must_use]
    pub fn names(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        self.named.contains(&(host.to_ascii_lowercase(), port))
    }

    /// Looks at the address as it is written.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] when it is no web address, holds a log-in, or is a number that is not on the public
    /// internet. Names are looked at when they are resolved.
    pub fn look_at(&self, url: &Url) -> Result<()> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::new(ErrorKind::Rejected, format!("{} is no web address", shown(url)))
                .hint("write an address that begins with https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::new(ErrorKind::Rejected, format!("the address {} holds a log-in", shown(url)))
                .hint("portals show addresses to everybody; take user name and password out"));
        }
        if self.names(url) {
            return Ok(());
        }
        let number = match url.host() {
            Some(Host::Ipv4(number)) => IpAddr::V4(number),
            Some(Host::Ipv6(number)) => IpAddr::V6(number),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Error::new(ErrorKind::Rejected, "the address has no host")),
        };
        if is_public(number) { Ok(()) } else { Err(refused(url)) }
    }
}

/// The error for an address that is not on the public internet.
pub(super) fn refused(url: &Url) -> Error {
    Error::new(ErrorKind::Rejected, format!("{} does not lead to the public internet", shown(url)))
        .hint("addresses in data may not lead to this machine or its neighbours; name the server in pinax.toml if it is yours")
}

/// Is it an address of the public internet? Not this machine, a private or local network, a group, a range for
/// documentation, tests or transition, a cloud's metadata service; also when it is wrapped into an IPv6 address.
/// (IANA special-purpose address registries.)
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // This network, shared by carriers, benchmarks, protocol assignments, 6to4 relays.
        (0, _, _) | (192, 0, 0) | (192, 88, 99) => true,
        (100, 64..=127, _) | (198, 18 | 19, _) => true,
        // Groups, and what was never given out.
        (224.., _, _) => true,
        _ => false,
    };
    !(special || address.is_private() || address.is_loopback() || address.is_link_local() || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let last_four = || {
        let [.., high, low] = parts;
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        // An IPv4 address, mapped, or behind the usual translator.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(last_four()),
        // Protocol assignments with Teredo, documentation, 6to4, documentation again.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Of all the rest only this is given out.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// Said by the resolver when nothing public is behind a name.
#[derive(Debug)]
pub(super) struct NothingPublic;

impl fmt::Display for NothingPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name does not lead to the public internet")
    }
}

impl std::error::Error for NothingPublic {}

/// Resolves names, and keeps only what is public.
#[derive(Debug, Clone, Copy)]
pub(super) struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = found.into_iter().filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(Box::new(NothingPublic) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{AddressGuard, is_public};

    #[test]
    fn only_public_addresses_are_public() {
        for public in
            ["1.1.1.1", "128.196.254.84", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "223.255.255.1"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for inner in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.0.1",
            "192.0.0.170",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "198.18.0.1",
            "192.88.99.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "3fff::1",
            "100::1",
            "fec0::1",
        ] {
            assert!(!is_public(inner.parse().unwrap()), "{inner}");
        }
    }

    #[test]
    fn numbers_are_seen_through_however_they_are_written() {
        let guard = AddressGuard::public_only();
        for bad in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://[::1]/",
            "http://[::ffff:169.254.169.254]/latest/meta-data",
            "http://169.254.169.254/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://me:pass@example.org/",
        ] {
            assert!(guard.look_at(&Url::parse(bad).unwrap()).is_err(), "{bad}");
        }
        assert!(guard.look_at(&Url::parse("https://img.example.org/a.jpg").unwrap()).is_ok());
    }

    #[test]
    fn a_server_that_is_named_is_fine_at_its_own_port_only() {
        let url = |text: &str| Url::parse(text).unwrap();
        let guard = AddressGuard::naming([&url("http://127.0.0.1:8080/img/"), &url("http://intranet/")]);
        assert!(guard.look_at(&url("http://127.0.0.1:8080/other")).is_ok());
        assert!(guard.look_at(&url("http://127.0.0.1:22/")).is_err());
        assert!(guard.names(&url("https://INTRANET/a")) && !guard.names(&url("https://intranet:8443/a")));
    }
}
