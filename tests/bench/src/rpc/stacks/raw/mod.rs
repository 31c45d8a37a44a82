//! The limit of throughput: a multiplexed echo on bare tokio, without types, deadlines, limits or errors.
//!
//! A frame consists of the body's length, the call's number, the method and the body. One task per side owns the
//! socket, reads until nothing is available, and writes once.

pub mod codec;
mod connection;
mod ends;
mod stream;

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};

pub use self::connection::Connection;
use self::ends::Ends;
use super::{Failure, Stack};
use crate::rpc::report::Kind;
use crate::wire::datasets::order::Order;
use crate::wire::peers::sinew::generated::order;

/// The stack.
pub struct Raw;

/// Replies with the body.
pub const ECHO: u8 = 0;
/// Replies with the sum of two numbers.
pub const ADD: u8 = 1;
/// Replies with a number.
pub const ORDER: u8 = 2;
/// Replies with many frames.
const STREAM: u8 = 3;
/// Decodes the order, and replies with a number.
const OWNED_ORDER: u8 = 4;
/// Views the order, and replies with a number.
const SEEN_ORDER: u8 = 5;
/// Length of the header.
pub const HEADER: usize = 9;

/// The header of a frame.
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
    const NAME: &'static str = "raw tokio";
    const KIND: Kind = Kind::Limit;

    type Client = Arc<Connection>;
    /// The bytes, and the total that a server which decoded them would return.
    type Order = (Vec<u8>, i64);
    type Body = Vec<u8>;

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
