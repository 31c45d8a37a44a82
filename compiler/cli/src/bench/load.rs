//! The calls that a run makes: the method, its requests and its messages.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use sinew::dynamic::{DynamicCall, DynamicReply, Encoded, EncodedTx};
use sinew::{Bytes, Channel, Status};
use sinew_values::{Message, Schema, Type, read_body};

use super::Args;
use crate::data::{self, Data};
use crate::input::is_stdin;
use crate::output::Output;
use crate::server::declared::Known;
use crate::server::method::Method;

/// Everything that is needed to make a call.
pub(super) struct Load {
    schema: Schema,
    method: Method,
    /// At least one; calls take them in turn.
    requests: Vec<Encoded>,
    /// The messages that each call sends on the client's stream.
    messages: Arc<[Bytes]>,
    metadata: Vec<(String, String)>,
    timeout: Option<Duration>,
}

/// What a server has answered.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Result,
    /// An exception, by its name in the method's `throws`.
    Thrown(String),
    /// The reply does not match the schema.
    Unreadable(String),
}

impl Load {
    /// Calls of this method. Errors have been reported; `Err` is the exit code.
    pub(super) fn new(known: &Known<'_>, args: &Args, output: &Output) -> Result<Self, ExitCode> {
        let (schema, method) = (&known.declared.values, known.method());
        let messages = messages(schema, &method, args, output)?;
        let requests = requests(schema, &method, args, output)?;
        let encoded = |message: Message| Encoded {
            head: message.head.into(),
            body: message.body.into(),
        };
        Ok(Self {
            schema: schema.clone(),
            timeout: args.timeout.or(method.timeout),
            method,
            requests: requests.into_iter().map(encoded).collect(),
            messages: messages.into_iter().map(|it| it.body.into()).collect(),
            metadata: args.meta.clone(),
        })
    }

    /// Makes the call with this number. `received` counts the messages of the server's stream.
    pub(super) async fn call(
        &self,
        number: u64,
        channel: &Channel,
        received: &mut u64,
    ) -> Result<DynamicReply, Status> {
        let Method { service, name, .. } = &self.method;
        let at = number % self.requests.len() as u64;
        let request = self.requests[at as usize].clone();
        let mut call = DynamicCall::new(channel, service, name, request);
        for (key, value) in &self.metadata {
            call = call.meta(key, value);
        }
        if let Some(timeout) = self.timeout {
            call = call.timeout(timeout);
        }
        let mut rx = match (&self.method.up, &self.method.down) {
            (None, None) => return call.reply().await,
            (None, Some(_)) => call.download()?,
            (Some(ty), _) => {
                let (tx, rx) = call.upload(self.schema.full_head(ty).into())?;
                tokio::spawn(send(self.messages.clone(), tx));
                rx
            }
        };
        while rx.recv().await.is_some() {
            *received += 1;
        }
        rx.finish().await
    }

    /// Reads a reply.
    pub(super) fn answer(&self, reply: &Encoded) -> Answer {
        let Some(ty) = &self.method.reply else {
            return Answer::Result;
        };
        let read = match read_body(&self.schema, ty, &reply.head, &reply.body) {
            Ok(read) => read,
            Err(refused) => return Answer::Unreadable(refused.to_string()),
        };
        let Some((outcome, value)) = self.schema.variant(ty, &read.value) else {
            return Answer::Unreadable("the reply is none".to_owned());
        };
        match &outcome.name[..] {
            "returned" | "ended" => Answer::Result,
            _ => Answer::Thrown(match self.schema.variant(&outcome.ty, value) {
                Some((exception, _)) => exception.name.clone(),
                None => "unknown to the schema".to_owned(),
            }),
        }
    }
}

/// The requests to send, at least one. Errors have been reported; `Err` is the exit code.
fn requests(
    schema: &Schema,
    method: &Method,
    args: &Args,
    output: &Output,
) -> Result<Vec<Message>, ExitCode> {
    let ty = &method.request;
    let Some(file) = &args.requests else {
        let (name, text) = data::given(&args.data, output)?;
        let one = data::written(schema, ty, &name, None, &text, output)?;
        return Ok(vec![one]);
    };
    let requests = lines(schema, ty, file, output)?;
    match requests.is_empty() {
        true => Err(output.usage_error("there is no request in the file of `--requests`")),
        false => Ok(requests),
    }
}

/// The messages of the client's stream, if the method has one. Errors have been reported; `Err` is the exit code.
fn messages(
    schema: &Schema,
    method: &Method,
    args: &Args,
    output: &Output,
) -> Result<Vec<Message>, ExitCode> {
    match (&method.up, &args.messages) {
        (None, None) => Ok(Vec::new()),
        (Some(_), Some(file)) if is_stdin(file) => Err(output
            .usage_error("the messages are sent in each call; give a file by `--messages FILE`")),
        (Some(ty), Some(file)) => lines(schema, ty, file, output),
        (Some(_), None) => Err(output.usage_error(
            "the method has a stream from the client; give its messages by `--messages FILE`",
        )),
        (None, Some(_)) => Err(output.usage_error("the method has no stream from the client")),
    }
}

/// Sends all messages on the client's stream, or stops when the call is over: its reply says why.
async fn send(messages: Arc<[Bytes]>, mut tx: EncodedTx) {
    for message in messages.iter() {
        if tx.send(message).await.is_err() {
            return;
        }
    }
    tx.finish();
}

/// Reads a message from each line of a file. Errors have been reported; `Err` is the exit code.
fn lines(
    schema: &Schema,
    ty: &Type,
    file: &Path,
    output: &Output,
) -> Result<Vec<Message>, ExitCode> {
    let (name, text) = Data::read(file, output)?.utf8(output)?;
    let lines = text.lines().zip(1..);
    let lines = lines.filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| data::written(schema, ty, &name, Some(number), line, output))
        .collect()
}
