//! The limit of latency: one call at a time, written and read by the caller itself, with nothing in between.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use super::raw::{ADD, ECHO, HEADER, ORDER, Raw, header};
use super::{Failure, Stack};
use crate::rpc::report::Kind;
use crate::rpc::scenario::{Method, Scenario};
use crate::wire::datasets::order::Order;

/// The stack; its server is that of [`Raw`].
pub struct Sequential;

impl Stack for Sequential {
    const NAME: &'static str = "raw, one at a time";
    const KIND: Kind = Kind::Limit;

    type Client = Arc<Mutex<TcpStream>>;
    type Order = (Vec<u8>, i64);
    type Body = Vec<u8>;

    fn carries(scenario: &Scenario) -> bool {
        match scenario.method {
            Method::Echo(bytes) => scenario.in_flight == 1 || bytes >= 1 << 20,
            Method::Add | Method::PlaceOrder => false,
            Method::Stream(_) | Method::Connect(_) => false,
        }
    }

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        Raw::serve(listener).await
    }

    async fn connect(address: SocketAddr) -> Result<Self::Client, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Arc::new(Mutex::new(stream)))
    }

    fn order(plain: &Order) -> (Vec<u8>, i64) {
        Raw::order(plain)
    }

    async fn echo(client: &Self::Client, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        call(client, ECHO, &body).await
    }

    async fn add(client: &Self::Client, left: i64, right: i64) -> Result<i64, Failure> {
        let body = [left.to_le_bytes(), right.to_le_bytes()].concat();
        Ok(super::raw::number(&call(client, ADD, &body).await?))
    }

    async fn place_order(client: &Self::Client, order: Self::Order) -> Result<i64, Failure> {
        Ok(super::raw::number(&call(client, ORDER, &order.0).await?))
    }
}

async fn call(client: &Mutex<TcpStream>, method: u8, body: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut stream = client.lock().await;
    let mut frame = Vec::with_capacity(HEADER + body.len());
    frame.extend_from_slice(&header(body.len(), 0, method));
    frame.extend_from_slice(body);
    stream.write_all(&frame).await?;
    // One read usually returns a small reply completely.
    frame.resize(frame.len().max(HEADER + 64), 0);
    let mut have = stream.read(&mut frame).await?;
    while have < HEADER {
        have += stream.read(&mut frame[have..]).await?;
    }
    let length = HEADER + super::raw::length(&frame);
    frame.resize(length.max(have), 0);
    if have < length {
        stream.read_exact(&mut frame[have..length]).await?;
    }
    frame.truncate(length);
    frame.drain(..HEADER);
    Ok(frame)
}
