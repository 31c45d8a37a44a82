//! The syntax of addresses: `host:port`, or `unix:` with a path.

use std::io;

use crate::Code;

/// Whether a text is `host:port`. A host is anything that can be looked up, so everything without a slash, with both
/// brackets or none.
pub(crate) fn is_host_and_port(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| {
        let is_odd = |c: char| c == '/' || c.is_whitespace();
        !host.is_empty()
            && !host.contains(is_odd)
            && host.starts_with('[') == host.ends_with(']')
            && port.parse::<u16>().is_ok()
    })
}

/// The error for a text that is not an address.
pub(crate) fn not_an_address() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "an address is `host:port` or `unix:/path`",
    )
}

/// Whether the address is invalid, or valid but unreachable.
pub(crate) fn code_of(error: &io::Error) -> Code {
    match error.kind() {
        io::ErrorKind::InvalidInput => Code::InvalidArgument,
        _ => Code::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_port_and_nothing_else() {
        for text in ["127.0.0.1:7000", "[::1]:0", "orders.example:65535"] {
            assert!(is_host_and_port(text), "{text}");
        }
        for text in [
            "",
            "localhost",
            ":7000",
            "localhost:",
            "localhost:70000",
            "localhost:http",
            "http://localhost:7000",
            "localhost:7000/",
            "unix:/run/orders",
            "tcp://[::1",
            "[::1:7000",
            "::1]:7000",
            "local host:7000",
        ] {
            assert!(!is_host_and_port(text), "{text}");
        }
    }
}
