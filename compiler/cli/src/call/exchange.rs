//! One call: the request from JSON, streams as lines of JSON, the reply as JSON.

use std::future::{Future, poll_fn};
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::task::Poll;
use std::time::Instant;

use sinew::dynamic::{DynamicCall, DynamicReply, Encoded, EncodedRx, EncodedTx};
use sinew::{Channel, Code, Status};
use sinew_compiler::Unreadable;
use sinew_values::{Schema, Type};

use super::lines::Lines;
use super::{Args, reader, show};
use crate::data;
use crate::input::is_stdin;
use crate::output::Output;
use crate::server::declared::Known;
use crate::server::method::Method;
use crate::server::{Deadline, failed};

/// A call that is ready to be made.
pub(super) struct Prepared<'d> {
    pub(super) schema: &'d Schema,
    pub(super) method: Method,
    request: Encoded,
    messages: PathBuf,
    metadata: Vec<(String, String)>,
    verbose: bool,
}

/// Prepares the call of this method that the arguments describe. Errors have been reported; `Err` is the exit code.
pub(super) fn prepare<'d>(
    known: &Known<'d>,
    args: &Args,
    output: &Output,
) -> Result<Prepared<'d>, ExitCode> {
    let (schema, method) = (&known.declared.values, known.method());
    if ["-", "@-"].contains(&&args.data[..]) && method.up.is_some() && is_stdin(&args.messages) {
        return Err(output.usage_error(
            "the standard input cannot be both the parameters and the messages; give `--messages FILE`",
        ));
    }
    let (name, text) = data::given(&args.data, output)?;
    let request = data::written(schema, &method.request, &name, None, &text, output)?;
    let request = Encoded {
        head: request.head.into(),
        body: request.body.into(),
    };
    Ok(Prepared {
        schema,
        request,
        messages: args.messages.clone(),
        method,
        metadata: args.meta.clone(),
        verbose: args.verbose,
    })
}

impl Prepared<'_> {
    pub(super) async fn run(self, channel: &Channel, until: Deadline, output: &Output) -> ExitCode {
        let began = Instant::now();
        let reply = match self.make(channel, until, output).await {
            Ok(reply) => reply,
            Err(code) => return code,
        };
        if self.verbose {
            if let Ok(reply) = &reply {
                show::metadata(&reply.metadata, output);
            }
            output.note(&format!("{:.1?}", began.elapsed()));
        }
        match reply {
            Ok(reply) => show::reply(&self, &reply.message, output),
            Err(status) => failed(&status, output),
        }
    }

    /// How the call ends. `Err` is the exit code of any other error, which has been reported.
    async fn make(
        &self,
        channel: &Channel,
        until: Deadline,
        output: &Output,
    ) -> Result<Result<DynamicReply, Status>, ExitCode> {
        let Method { service, name, .. } = &self.method;
        let mut call = DynamicCall::new(channel, service, name, self.request.clone());
        for (key, value) in &self.metadata {
            call = call.meta(key, value);
        }
        if let Some(timeout) = until.left().or(self.method.timeout) {
            call = call.timeout(timeout);
        }
        match (&self.method.up, &self.method.down) {
            (None, None) => Ok(call.reply().await),
            (None, Some(_)) => match call.download() {
                Ok(rx) => self.receive(rx, output).await,
                Err(status) => Ok(Err(status)),
            },
            (Some(ty), _) => match call.upload(self.schema.full_head(ty).into()) {
                Ok((tx, rx)) => both(self.send(ty, tx, output), self.receive(rx, output)).await?,
                Err(status) => Ok(Err(status)),
            },
        }
    }

    /// Sends a message for each line of the input. Errors have been reported; `Err` is the exit code.
    async fn send(&self, ty: &Type, mut tx: EncodedTx, output: &Output) -> Result<(), ExitCode> {
        let lines = Lines::of(&self.messages);
        let mut lines = lines.map_err(|error| output.io_error(&error))?;
        let mut number = 0;
        while let Some(line) = lines.next().await {
            number += 1;
            let line = line.map_err(|error| {
                let name = lines.name.clone();
                output.io_error(&Unreadable { name, error })
            })?;
            if line.trim().is_empty() {
                continue;
            }
            let name = &lines.name;
            let message = data::written(self.schema, ty, name, Some(number), &line, output)?;
            match tx.send(&message.body).await {
                Err(status) if status.code() == Code::ResourceExhausted => {
                    return Err(failed(&status, output));
                }
                // The call is over; its reply says why.
                Err(_) => return Ok(()),
                Ok(()) => {}
            }
        }
        tx.finish();
        Ok(())
    }

    /// Prints the server's messages as they arrive, until nobody reads them any more, then returns the reply.
    async fn receive(
        &self,
        mut rx: EncodedRx,
        output: &Output,
    ) -> Result<Result<DynamicReply, Status>, ExitCode> {
        let mut gone = pin!(reader::gone());
        if self.verbose
            && let Some(metadata) = unless(gone.as_mut(), rx.accepted()).await?
        {
            show::metadata(metadata, output);
        }
        while let Some(message) = unless(gone.as_mut(), rx.recv()).await? {
            if let Some(ty) = &self.method.down {
                show::message(self.schema, ty, &message, output)?;
            }
        }
        Ok(rx.finish().await)
    }
}

/// Waits for `coming`, unless the reader of our output goes away first, which counts as success.
async fn unless<T>(
    mut gone: Pin<&mut impl Future<Output = ()>>,
    coming: impl Future<Output = T>,
) -> Result<T, ExitCode> {
    let mut coming = pin!(coming);
    poll_fn(|cx| match gone.as_mut().poll(cx) {
        Poll::Ready(()) => Poll::Ready(Err(ExitCode::SUCCESS)),
        Poll::Pending => coming.as_mut().poll(cx).map(Ok),
    })
    .await
}

/// Polls both until `receiving` is ready, or `sending` has failed.
async fn both<T>(
    sending: impl Future<Output = Result<(), ExitCode>>,
    receiving: impl Future<Output = T>,
) -> Result<T, ExitCode> {
    let (mut sending, mut receiving) = (pin!(sending), pin!(receiving));
    let mut sent = false;
    poll_fn(|cx| {
        if !sent && let Poll::Ready(result) = sending.as_mut().poll(cx) {
            sent = true;
            if let Err(code) = result {
                return Poll::Ready(Err(code));
            }
        }
        receiving.as_mut().poll(cx).map(Ok)
    })
    .await
}
