//! Where the reader reaches this server, for examples that can be copied.

use actix_web::HttpRequest;
use actix_web::http::header::HOST;

/// Scheme and host of the request; a host that is none is not repeated. It stands in the examples of
/// this one answer only, never in a mail or a stored value.
pub fn of(request: &HttpRequest) -> String {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let host = request.uri().authority().map(ToString::to_string);
    let host = host.or_else(|| header(HOST.as_str()).map(str::to_owned));
    let host = host.filter(|host| is_host(host)).unwrap_or_else(|| "localhost:8080".to_owned());
    let scheme = if header("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    format!("{scheme}://{host}")
}

/// A name, an IPv4 address or a bracketed IPv6 address, and a port.
fn is_host(host: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    !host.is_empty() && host.len() <= 255 && host.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn origin(host: &str) -> String {
        of(&TestRequest::default().insert_header(("host", host)).to_http_request())
    }

    #[test]
    fn hosts() {
        for host in ["shop.example", "127.0.0.1:8080", "[::1]:8080"] {
            assert_eq!(origin(host), format!("http://{host}"));
        }
        for host in ["", "a b", "a\"b", "<script>", "a'; rm -rf", "$(id)", "a/b"] {
            assert_eq!(origin(host), "http://localhost:8080", "{host}");
        }
    }

    #[test]
    fn behind_a_proxy_that_speaks_tls() {
        let request = TestRequest::default().insert_header(("host", "shop.example"));
        let request = request.insert_header(("x-forwarded-proto", "https")).to_http_request();
        assert_eq!(of(&request), "https://shop.example");
    }
}
