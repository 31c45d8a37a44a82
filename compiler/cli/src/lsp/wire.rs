//! Messages as they travel: a length in a header, and JSON behind it. Neither is believed.

use std::io::{self, BufRead, Read as _, Write};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use serde::Serialize;
use serde_json::{Value, json};

/// Bytes of a message: the longest text that is checked, if each of them were escaped.
const MAX_MESSAGE: u64 = 128 << 20;
/// Bytes of all that stands in front of a message.
const MAX_HEADER: u64 = 4096;
/// Messages that are read before those in front of them are dealt with.
const WAITING: usize = 16;

/// The numbers of what went wrong, as the protocol gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Parse = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    NotInitialized = -32002,
    RequestFailed = -32803,
}

/// What an editor says.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    /// It waits for an answer with this id, a number or a text.
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    Notification {
        method: String,
        params: Value,
    },
    /// An answer.
    Response,
    /// No message of the protocol: why, and the id if it has one.
    Wrong {
        id: Value,
        fault: Fault,
        why: String,
    },
}

/// Reads messages beside whoever deals with them. The channel ends with the input; behind an error there is nothing more
/// to be read.
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

/// The next message; none at the end of the input.
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

/// The length that the header of the next message gives.
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
            // The end of the input, or of what a header may have.
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

/// An answer: what was asked for, or why there is none.
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

/// Asks the editor; whatever it answers is left alone.
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
