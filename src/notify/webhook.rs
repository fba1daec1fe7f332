//! A signed POST to an address somebody wrote into a form. It follows no redirects and, unless a setting
//! allows it, reaches no address inside the organisation: what a form says must not open the intranet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::SendError;
use super::signature::sign;

/// How long the whole exchange may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A POST to make.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// To where.
    pub url: &'a str,
    /// Its identity, the same at every attempt.
    pub id: &'a str,
    /// Seconds since 1970, signed with the body.
    pub timestamp_s: i64,
    /// JSON.
    pub body: &'a str,
    /// Whether addresses of private networks and of this machine may be reached.
    pub allow_private: bool,
}

/// Posts a body signed with `secret`.
///
/// # Errors
/// Why it was not taken. 410 (gone) is permanent, and so is an address that may not be reached.
pub fn send(post: &Post<'_>, secret: &str) -> Result<(), SendError> {
    let config = Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        // A proxy of the environment would resolve names beyond our check.
        .proxy(None)
        .user_agent(concat!("raiz/", env!("CARGO_PKG_VERSION")))
        .build();
    let resolver = PublicOnly { inner: DefaultResolver::default(), allow_private: post.allow_private };
    let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
    let answer = agent
        .post(post.url)
        .header("Content-Type", "application/json")
        .header("Raiz-Message", post.id)
        .header("Raiz-Timestamp", post.timestamp_s.to_string())
        .header("Raiz-Signature", sign(secret, post.timestamp_s, post.body.as_bytes()))
        .send(post.body);
    match answer.map(|answer| answer.status().as_u16()) {
        Ok(200..=299) => Ok(()),
        Ok(410) => Err(SendError::permanent("the address answered 410: it is gone")),
        Ok(status) => Err(SendError::passing(format!("the address answered {status}"))),
        Err(Error::Other(refused)) if refused.is::<PrivateAddress>() => {
            Err(SendError::permanent(refused.to_string()))
        }
        Err(error) => Err(SendError::passing(format!("the address cannot be reached: {error}"))),
    }
}

/// An address that may not be reached.
#[derive(Debug, thiserror::Error)]
#[error("the address leads into a private network; allow it with [notify] allow_private_addresses")]
struct PrivateAddress;

/// Resolves names and lets through what lies outside. The connection goes to the very addresses that were
/// checked, so that a name cannot change its mind in between.
#[derive(Debug)]
struct PublicOnly {
    inner: DefaultResolver,
    allow_private: bool,
}

impl Resolver for PublicOnly {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if !self.allow_private && found.iter().map(SocketAddr::ip).any(|address| !is_public(address)) {
            return Err(Error::Other(Box::new(PrivateAddress)));
        }
        Ok(found)
    }
}

/// Whether an address lies outside this machine and outside private networks (IANA special-purpose
/// registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = (a, b, c) == (192, 0, 0);
    let benchmarks = a == 198 && (18..20).contains(&b);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || shared
        || protocols
        || benchmarks)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is given out. Of it, 6to4 (2002::/16) and Teredo (2001::/32) carry IPv4 addresses
    // inside, and 2001:db8::/32 is for documents.
    let given_out = first & 0xe000 == 0x2000;
    given_out && first != 0x2002 && !(first == 0x2001 && matches!(second, 0 | 0xdb8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for (address, public) in [
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("93.184.216.34", true),
            ("172.32.0.1", true),
            ("::1", false),
            ("::", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:93.184.216.34", true),
            ("2002:7f00:1::", false),
            ("2001:db8::1", false),
            ("64:ff9b::7f00:1", false),
            ("2606:2800:220:1::1", true),
        ] {
            assert_eq!(is_public(address.parse().expect("an address")), public, "{address}");
        }
    }
}
