//! A socket of the limit: reads until there is nothing, and writes once.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;

use super::codec::Reader;
use super::connection::Connection;
use super::stream::Source;
use super::{ADD, ECHO, HEADER, OWNED_ORDER, SEEN_ORDER, STREAM, call, length, number};

/// A socket with its buffers.
pub(super) struct Ends {
    stream: TcpStream,
    input: Vec<u8>,
    out: Vec<u8>,
    written: usize,
    source: Option<Source>,
    reader: Reader,
}

impl Ends {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            input: Vec::with_capacity(64 << 10),
            out: Vec::new(),
            written: 0,
            source: None,
            reader: Reader::default(),
        }
    }

    /// Answers incoming frames.
    pub(super) fn serve(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Poll::Ready(more) = self.read(cx) {
            if !more {
                return Poll::Ready(());
            }
            let Self {
                input,
                out,
                source,
                reader,
                ..
            } = self;
            frames(input, |header, body| match header[8] {
                STREAM => *source = Some(Source::asked(call(header), body)),
                OWNED_ORDER => reply(header, &reader.order(body).to_le_bytes(), out),
                SEEN_ORDER => reply(header, &reader.seen_order(body).to_le_bytes(), out),
                ECHO => reply(header, body, out),
                ADD => {
                    let sum = number(body).wrapping_add(number(&body[8..]));
                    reply(header, &sum.to_le_bytes(), out);
                }
                _ => reply(header, &body[..8], out),
            });
        }
        while self.flush(cx) && self.fill() {}
        Poll::Pending
    }

    fn fill(&mut self) -> bool {
        let source = self.source.as_mut();
        source.is_some_and(|source| source.fill(&mut self.out))
    }

    /// Writes the callers' output, and wakes them when replies arrive.
    pub(super) fn drive(
        &mut self,
        connection: &Connection,
        woken: &mut Vec<Waker>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        while !connection.state().is_full()
            && let Poll::Ready(more) = self.read(cx)
        {
            if !more {
                return Poll::Ready(());
            }
            let mut state = connection.state();
            frames(&mut self.input, |header, body| {
                let id = call(header);
                if header[8] == STREAM {
                    state.deliver(id, body);
                } else {
                    state.finish(id, body);
                }
                let slot = &mut state.calls[id as usize];
                woken.extend(slot.caller.take());
            });
            drop(state);
            woken.drain(..).for_each(Waker::wake);
        }
        loop {
            let mut state = connection.state();
            if self.out.is_empty() {
                std::mem::swap(&mut self.out, &mut state.out);
            }
            if self.out.is_empty() {
                state.driver = Some(cx.waker().clone());
                return Poll::Pending;
            }
            drop(state);
            if !self.flush(cx) {
                return Poll::Pending;
            }
        }
    }

    /// Reads what is available. Returns `false` at the end of the stream.
    fn read(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        self.input.reserve(16 << 10);
        pin!(self.stream.read_buf(&mut self.input))
            .poll(cx)
            .map(|read| read.is_ok_and(|bytes| bytes > 0))
    }

    /// Writes the output. Returns `false` if the socket is full.
    fn flush(&mut self, cx: &mut Context<'_>) -> bool {
        while self.written < self.out.len() {
            match Pin::new(&mut self.stream).poll_write(cx, &self.out[self.written..]) {
                Poll::Ready(Ok(bytes)) => self.written += bytes,
                Poll::Ready(Err(_)) => break,
                Poll::Pending => return false,
            }
        }
        self.out.clear();
        self.written = 0;
        true
    }
}

/// Passes on each complete frame, and keeps the rest.
fn frames(input: &mut Vec<u8>, mut take: impl FnMut(&[u8], &[u8])) {
    let mut used = 0;
    while let Some(frame) = input.get(used..).filter(|rest| rest.len() >= HEADER) {
        let end = HEADER + length(frame);
        if frame.len() < end {
            break;
        }
        take(&frame[..HEADER], &frame[HEADER..end]);
        used += end;
    }
    input.drain(..used);
}

fn reply(header: &[u8], body: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(&header[4..]);
    out.extend_from_slice(body);
}
