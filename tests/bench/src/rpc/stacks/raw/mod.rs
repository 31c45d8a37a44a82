//! The limit of throughput: a multiplexed echo on bare tokio, without types, deadlines, limits or errors.
//!
//! A frame is the body's length, the call's number, the method and the body. One task owns the socket on each side,
//! reads until there is nothing, and writes once.

mod stream;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncReadExt, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

use self::stream::Source;
use super::{Failure, Stack};
use crate::wire::datasets::order::Order;
use crate::wire::peers::sinew::generated::order;

/// The stack.
pub struct Raw;

/// Answers the body.
pub const ECHO: u8 = 0;
/// Answers the sum of two numbers.
pub const ADD: u8 = 1;
/// Answers a number.
pub const ORDER: u8 = 2;
/// Answers with many frames.
const STREAM: u8 = 3;
/// Bytes in front of a body.
pub const HEADER: usize = 9;

/// What stands in front of a body.
pub fn header(length: usize, call: u32, method: u8) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(&(length as u32).to_le_bytes());
    header[4..8].copy_from_slice(&call.to_le_bytes());
    header[8] = method;
    header
}

/// The body's length, from a header.
pub fn length(header: &[u8]) -> usize {
    u32::from_le_bytes([header[0], header[1], header[2], header[3]]) as usize
}

/// The call's number, from a header.
fn call(header: &[u8]) -> u32 {
    u32::from_le_bytes([header[4], header[5], header[6], header[7]])
}

/// A number, from a body.
pub fn number(body: &[u8]) -> i64 {
    body.first_chunk().copied().map_or(0, i64::from_le_bytes)
}

impl Stack for Raw {
    type Client = Arc<Connection>;
    /// The bytes, and the total that a server which read them would answer.
    type Order = (Vec<u8>, i64);

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let mut server = Ends::new(stream);
            tokio::spawn(async move { poll_fn(|cx| server.serve(cx)).await });
        }
    }

    async fn connect(address: SocketAddr) -> Result<Arc<Connection>, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let connection = Arc::new(Connection::default());
        let (driven, mut client) = (connection.clone(), Ends::new(stream));
        let mut woken = Vec::new();
        tokio::spawn(async move { poll_fn(|cx| client.drive(&driven, &mut woken, cx)).await });
        Ok(connection)
    }

    fn order(plain: &Order) -> (Vec<u8>, i64) {
        let mut bytes = plain.total_cents.to_le_bytes().to_vec();
        sinew::encode_body(&order::Order::from(plain), &mut bytes)
            .expect("an order is within the limits");
        (bytes, plain.total_cents)
    }

    async fn echo(client: &Arc<Connection>, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        Ok(client.call(ECHO, body).await)
    }

    async fn add(client: &Arc<Connection>, left: i64, right: i64) -> Result<i64, Failure> {
        let mut body = Vec::with_capacity(16);
        body.extend_from_slice(&left.to_le_bytes());
        body.extend_from_slice(&right.to_le_bytes());
        Ok(number(&client.call(ADD, body).await))
    }

    async fn place_order(client: &Arc<Connection>, order: Self::Order) -> Result<i64, Failure> {
        Ok(number(&client.call(ORDER, order.0).await))
    }

    async fn stream(
        client: &Arc<Connection>,
        bytes: usize,
        items: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        let call = client.open(bytes, items).await;
        for _ in 0..items {
            take(&client.next(call).await)?;
        }
        client.close(call);
        Ok(())
    }
}

/// What the callers share with the task that owns the socket.
#[derive(Default)]
pub struct Connection(Mutex<State>);

#[derive(Default)]
struct State {
    out: Vec<u8>,
    calls: Vec<Slot>,
    free: Vec<u32>,
    driver: Option<Waker>,
    /// Bytes of items that were not received yet.
    unread: usize,
}

/// A call's place; the caller's own vector takes the reply, and a stream's items wait in a queue.
#[derive(Default)]
struct Slot {
    body: Vec<u8>,
    caller: Option<Waker>,
    done: bool,
    items: VecDeque<Vec<u8>>,
}

impl Connection {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn call(&self, method: u8, body: Vec<u8>) -> Vec<u8> {
        let mut body = Some(body);
        let mut id = 0;
        poll_fn(|cx| match body.take() {
            Some(body) => {
                id = self.start(method, body, cx);
                Poll::Pending
            }
            None => self.finish(id, cx),
        })
        .await
    }

    fn start(&self, method: u8, body: Vec<u8>, cx: &Context<'_>) -> u32 {
        let mut state = self.state();
        let id = state.free.pop().unwrap_or(state.calls.len() as u32);
        if id as usize == state.calls.len() {
            state.calls.push(Slot::default());
        }
        state.out.extend_from_slice(&header(body.len(), id, method));
        state.out.extend_from_slice(&body);
        state.calls[id as usize] = Slot {
            body,
            caller: Some(cx.waker().clone()),
            done: false,
            items: VecDeque::new(),
        };
        let driver = state.driver.take();
        drop(state);
        if let Some(driver) = driver {
            driver.wake();
        }
        id
    }

    fn finish(&self, id: u32, cx: &Context<'_>) -> Poll<Vec<u8>> {
        let mut state = self.state();
        let slot = &mut state.calls[id as usize];
        if !slot.done {
            slot.caller = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let body = std::mem::take(&mut slot.body);
        state.free.push(id);
        Poll::Ready(body)
    }
}

/// A socket with its buffers.
struct Ends {
    stream: TcpStream,
    input: Vec<u8>,
    out: Vec<u8>,
    written: usize,
    source: Option<Source>,
}

impl Ends {
    fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            input: Vec::with_capacity(64 << 10),
            out: Vec::new(),
            written: 0,
            source: None,
        }
    }

    fn serve(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Poll::Ready(more) = self.read(cx) {
            if !more {
                return Poll::Ready(());
            }
            let Self {
                input, out, source, ..
            } = self;
            frames(input, |header, body| match header[8] {
                STREAM => *source = Some(Source::asked(call(header), body)),
                _ => answer(header, body, out),
            });
        }
        while self.flush(cx) && self.fill() {}
        Poll::Pending
    }

    fn fill(&mut self) -> bool {
        let source = self.source.as_mut();
        source.is_some_and(|source| source.fill(&mut self.out))
    }

    fn drive(
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
                }
                let slot = &mut state.calls[id as usize];
                slot.body.clear();
                slot.body.extend_from_slice(body);
                slot.done = true;
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

    /// Reads what there is; `false` at the end of the stream.
    fn read(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        self.input.reserve(16 << 10);
        pin!(self.stream.read_buf(&mut self.input))
            .poll(cx)
            .map(|read| read.is_ok_and(|bytes| bytes > 0))
    }

    /// Writes what there is; `false` if the socket takes no more for now.
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

/// Hands over each whole frame, and keeps the rest.
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

fn answer(header: &[u8], body: &[u8], out: &mut Vec<u8>) {
    let sum;
    let reply: &[u8] = match header[8] {
        ECHO => body,
        ADD => {
            sum = number(body).wrapping_add(number(&body[8..])).to_le_bytes();
            &sum
        }
        _ => &body[..8],
    };
    out.extend_from_slice(&(reply.len() as u32).to_le_bytes());
    out.extend_from_slice(&header[4..]);
    out.extend_from_slice(reply);
}
