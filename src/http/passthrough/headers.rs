//! Headers on their way: those of one hop are taken out (RFC 9110 §7.6.1), where the request came
//! from is written in, all others stay as they are, several of one name in their order.

use std::net::IpAddr;

use actix_web::http::header::{self as actix_header, HeaderMap as ActixHeaders};
use http::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, FORWARDED, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

use super::Failure;

/// Known to belong to one connection even where `Connection` does not name them.
static HOP_BY_HOP: [HeaderName; 10] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authentication-info"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// `Connection` may not name these away: who does wants to be taken for another request.
static KEPT: [HeaderName; 2] = [HOST, CONTENT_LENGTH];

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Whether the client wants a websocket.
pub fn asks_for_websocket(headers: &ActixHeaders) -> bool {
    let mut upgrades = headers.get_all(actix_header::UPGRADE).filter_map(|value| value.to_str().ok());
    upgrades.any(|value| value.split(',').any(|name| name.trim().eq_ignore_ascii_case("websocket")))
}

/// Whether the body comes in chunks, its length unknown.
pub fn is_chunked(headers: &ActixHeaders) -> bool {
    headers.contains_key(actix_header::TRANSFER_ENCODING)
}

/// What the upstream gets.
///
/// * `trusted`: whether the peer is a proxy whose word on where the request came from counts.
pub fn to_upstream(headers: &ActixHeaders, peer: Option<IpAddr>, trusted: bool) -> Result<HeaderMap, Failure> {
    let mut passed = HeaderMap::with_capacity(headers.len() + 3);
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).map_err(|_| Failure::NotPassable)?;
        passed.append(name, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| Failure::NotPassable)?);
    }
    strip(&mut passed);
    // The server has answered `Expect: 100-continue` by now: the body is on its way.
    passed.remove(EXPECT);
    if is_chunked(headers) {
        passed.remove(CONTENT_LENGTH);
        passed.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    forward(&mut passed, peer, trusted);
    Ok(passed)
}

/// Takes out what was meant for this hop only.
pub fn strip(headers: &mut HeaderMap) {
    let named = |value: &HeaderValue| value.to_str().unwrap_or_default().to_ascii_lowercase();
    let named: Vec<String> = headers.get_all(CONNECTION).iter().map(named).collect();
    for name in named.iter().flat_map(|value| value.split(',')).map(str::trim) {
        if !KEPT.iter().any(|kept| kept == name) {
            headers.remove(name);
        }
    }
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

/// `X-Forwarded-*`. Without trust whatever the client said is replaced: Magento limits and logs by
/// `X-Forwarded-For`, and takes a request for a secure one by `X-Forwarded-Proto`.
fn forward(headers: &mut HeaderMap, peer: Option<IpAddr>, trusted: bool) {
    if !trusted {
        for name in [FORWARDED_FOR, FORWARDED_PROTO, FORWARDED_HOST, FORWARDED] {
            headers.remove(name);
        }
    }
    if let Some(chain) = peer.and_then(|peer| chain(headers, peer)) {
        headers.insert(FORWARDED_FOR, chain);
    }
    headers.entry(FORWARDED_PROTO).or_insert(HeaderValue::from_static("http"));
    if let Some(host) = headers.get(HOST).cloned() {
        headers.entry(FORWARDED_HOST).or_insert(host);
    }
}

/// The peer behind those that are named already.
fn chain(headers: &HeaderMap, peer: IpAddr) -> Option<HeaderValue> {
    let before = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let chain: Vec<String> = before.map(str::to_owned).chain([peer.to_string()]).collect();
    HeaderValue::from_str(&chain.join(", ")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7)));

    fn passed(headers: &[(&str, &str)], trusted: bool) -> Vec<(String, String)> {
        let mut map = ActixHeaders::new();
        for (name, value) in headers {
            map.append(name.parse().unwrap(), value.parse().unwrap());
        }
        let passed = to_upstream(&map, PEER, trusted).unwrap();
        let text = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), value.to_str().unwrap().to_owned());
        let mut passed: Vec<_> = passed.iter().map(text).collect();
        passed.sort();
        passed
    }

    fn pairs(headers: &[(&str, &str)]) -> Vec<(String, String)> {
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn one_hop_is_taken_out() {
        let sent = [
            ("host", "shop.example"),
            ("connection", "close, X-Mine, Host, Content-Length"),
            ("x-mine", "1"),
            ("x-theirs", "2"),
            ("content-length", "3"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("trailer", "x"),
            ("upgrade", "h2c"),
            ("proxy-authorization", "Basic eA=="),
            ("proxy-connection", "keep-alive"),
            ("expect", "100-continue"),
        ];
        let expected = [
            ("content-length", "3"),
            ("host", "shop.example"),
            ("x-forwarded-for", "192.0.2.7"),
            ("x-forwarded-host", "shop.example"),
            ("x-forwarded-proto", "http"),
            ("x-theirs", "2"),
        ];
        assert_eq!(passed(&sent, false), pairs(&expected));
    }

    #[test]
    fn only_a_trusted_peer_is_believed() {
        let sent = [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "a.example"),
            ("forwarded", "for=203.0.113.9"),
        ];
        let strange = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "http")];
        assert_eq!(passed(&sent, false), pairs(&strange));
        let trusted = [
            ("forwarded", "for=203.0.113.9"),
            ("x-forwarded-for", "203.0.113.9, 192.0.2.7"),
            ("x-forwarded-host", "a.example"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(passed(&sent, true), pairs(&trusted));
    }
}
