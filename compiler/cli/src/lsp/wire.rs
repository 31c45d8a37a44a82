//! The base protocol: a header with a length, then JSON. Neither is trusted.

use std::io::{self, BufRead, Read as _, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use serde::Serialize;
use serde_json::{Value, json};

/// The maximum length of a message in bytes. Leaves room for the longest text that is checked, with escapes.
const MAX_MESSAGE: u64 = 128 << 20;
/// The maximum length of a header in bytes.
const MAX_HEADER: u64 = 4096;
/// How many messages are read ahead.
const WAITING: usize = 16;

/// Error codes of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Parse = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    NotInitialized = -32002,
    RequestFailed = -32803,
}

/// A message from the editor.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    /// Has to be answered with this id, which is a number or a string.
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    Notification {
        method: String,
        params: Value,
    },
    /// The answer to a request of ours.
    Response,
    /// An invalid message, with its id if it has one.
    Wrong {
        id: Value,
        fault: Fault,
        why: String,
    },
}

/// Reads messages on a thread of its own. The channel closes at the end of the input and after an error.
pub(super) fn read_all(mut input: impl BufRead + Send + 'static) -> Receiver<io::Result<Incoming>> {
    let (sender, receiver) = sync_channel(WAITING);
    thread::spawn(move || {
        while let Some(read) = read(&mut input).transpose() {
            let is_last = read.is_err();
            if sender.send(read).is_err() || is_last {
                return;
            }
        }
    });
    receiver
}

/// The next message; `None` at the end of the input.
fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let Some(length) = header(input)? else {
        return Ok(None);
    };
    if length > MAX_MESSAGE {
        let why = format!("a message of {length} bytes, where {MAX_MESSAGE} are the most");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Ok(None);
    }
    Ok(Some(message(&body)))
}

/// Reads a header and returns the length in it.
fn header(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut input = input.take(MAX_HEADER);
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 && input.limit() > 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let Some(line) = line.strip_suffix('\n') else {
            // The input has ended, or the header is too long.
            return if input.limit() > 0 {
                Ok(None)
            } else {
                Err(no_header())
            };
        };
        let line = line.trim();
        if line.is_empty() {
            return length.map(Some).ok_or_else(no_header);
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}

fn no_header() -> io::Error {
    let why = "a message has no header with its length";
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn message(body: &[u8]) -> Incoming {
    let wrong = |id, fault, why: &str| Incoming::Wrong {
        id,
        fault,
        why: why.to_owned(),
    };
    let mut parts = match serde_json::from_slice(body) {
        Ok(Value::Object(parts)) => parts,
        Ok(_) => return wrong(Value::Null, Fault::InvalidRequest, "a message is an object"),
        Err(error) => return wrong(Value::Null, Fault::Parse, &error.to_string()),
    };
    let params = parts.remove("params").unwrap_or_default();
    match (parts.remove("id"), parts.remove("method")) {
        (None, Some(Value::String(method))) => Incoming::Notification { method, params },
        (Some(id @ (Value::Number(_) | Value::String(_))), Some(Value::String(method))) => {
            Incoming::Request { id, method, params }
        }
        (Some(_), None) if parts.contains_key("result") || parts.contains_key("error") => {
            Incoming::Response
        }
        (Some(id @ (Value::Number(_) | Value::String(_))), _) => wrong(
            id,
            Fault::InvalidRequest,
            "a request has a `method`, a text",
        ),
        (_, _) => wrong(
            Value::Null,
            Fault::InvalidRequest,
            "a request has an `id`, a number or a text, and a `method`",
        ),
    }
}

/// The result of a request, or an error.
pub(super) type Answer = Result<Value, (Fault, String)>;

pub(super) fn respond(output: &mut impl Write, id: Value, answer: Answer) -> io::Result<()> {
    let message = match answer {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err((fault, message)) => {
            let error = json!({ "code": fault as i32, "message": message });
            json!({ "jsonrpc": "2.0", "id": id, "error": error })
        }
    };
    write(output, &message)
}

pub(super) fn notify(
    output: &mut impl Write,
    method: &str,
    params: impl Serialize,
) -> io::Result<()> {
    let params = serde_json::to_value(params)?;
    let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
    write(output, &message)
}

/// Sends a request whose answer does not matter.
pub(super) fn ask(
    output: &mut impl Write,
    id: &str,
    method: &str,
    params: Value,
) -> io::Result<()> {
    let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
    write(output, &message)
}

fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}
