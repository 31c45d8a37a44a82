//! The first eight bytes of each side: they identify the protocol and the versions that are spoken. They cannot be
//! mistaken for text, TLS, HTTP, SSH or Thrift, nor can those be mistaken for a preface.

use super::close::{Close, Reason};
use super::connection::Role;

/// Bytes of a preface.
pub(super) const SIZE: usize = 8;
/// The only version so far.
pub(super) const VERSION: u8 = 1;
/// The first bytes of a preface. The lowest and the highest version follow, then two bytes that are ignored.
const MAGIC: [u8; 4] = [0xf5, b's', b'n', b'w'];

pub(super) const HTTP_ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\
    Content-Length: 60\r\nConnection: close\r\n\r\nThis port speaks the Sinew RPC protocol, version 1, not HTTP";

const HTTP_VERBS: [&[u8]; 10] = [
    b"GET ", b"POST", b"PUT ", b"HEAD", b"DELETE", b"OPTIONS", b"PATCH", b"CONNECT", b"TRACE",
    b"PRI ",
];

pub(super) const OURS: [u8; SIZE] = [
    MAGIC[0], MAGIC[1], MAGIC[2], MAGIC[3], VERSION, VERSION, 0, 0,
];

/// What the first bytes of a peer say.
pub(super) enum First {
    /// Too few to tell.
    Partial,
    /// A preface with our version.
    Ours,
    /// An HTTP request.
    Http,
    /// Anything else.
    Refused(Close),
}

/// Classifies `input`, which is all that the peer has sent so far.
pub(super) fn recognise(input: &[u8], role: Role) -> First {
    let same = input
        .iter()
        .zip(MAGIC)
        .take_while(|(got, want)| **got == *want)
        .count();
    if same < MAGIC.len().min(input.len()) {
        return foreign(input, role);
    }
    let Some(&[_, _, _, _, lowest, highest, _, _]) = input.first_chunk::<SIZE>() else {
        return First::Partial;
    };
    if lowest > VERSION || highest < VERSION {
        return First::Refused(no_common_version(lowest, highest));
    }
    First::Ours
}

fn foreign(input: &[u8], role: Role) -> First {
    match role {
        Role::Server if HTTP_VERBS.iter().any(|verb| input.starts_with(verb)) => First::Http,
        Role::Server if HTTP_VERBS.iter().any(|verb| verb.starts_with(input)) => First::Partial,
        Role::Client if input.starts_with(b"HTTP/") => First::Refused(other("HTTP")),
        Role::Client if b"HTTP/".starts_with(input) => First::Partial,
        Role::Client | Role::Server => match input {
            [0x14..=0x17, ..] => First::Refused(other("TLS")),
            [b'S', b'S', b'H', ..] => First::Refused(other("SSH")),
            _ => First::Refused(Close::new(
                Reason::Foreign,
                "the peer does not speak the Sinew protocol",
            )),
        },
    }
}

fn other(name: &str) -> Close {
    Close::new(
        Reason::Foreign,
        format!("the peer speaks {name}, not the Sinew protocol"),
    )
}

fn no_common_version(lowest: u8, highest: u8) -> Close {
    let message = format!(
        "the peer speaks versions {lowest} to {highest} of the protocol, this side version {VERSION}"
    );
    Close::new(Reason::Version, message)
}
