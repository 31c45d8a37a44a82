//! The limit of latency with one core per side: busy polling of sockets, without a runtime.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;

use super::raw::{ADD, ECHO, HEADER, ORDER, Raw, header, length, number};
use super::{Failure, Stack};
use crate::rpc::report::Kind;
use crate::rpc::scenario::{Method, Placement, Scenario};
use crate::wire::datasets::order::Order;

/// The stack. Its server returns each frame, which is right for `echo`, its only load.
pub struct Looking;

impl Stack for Looking {
    const NAME: &'static str = "raw, looking without sleep";
    const KIND: Kind = Kind::Limit;

    type Client = Arc<Mutex<TcpStream>>;
    type Order = (Vec<u8>, i64);
    type Body = Vec<u8>;

    fn carries(scenario: &Scenario) -> bool {
        scenario.in_flight == 1
            && scenario.placement == Placement::SplitCores
            && matches!(scenario.method, Method::Echo(_))
    }

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            answer(&mut stream.into_std()?)?;
        }
    }

    async fn connect(address: SocketAddr) -> Result<Self::Client, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Arc::new(Mutex::new(stream)))
    }

    fn order(plain: &Order) -> (Vec<u8>, i64) {
        Raw::order(plain)
    }

    async fn echo(client: &Self::Client, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        call(client, ECHO, &body)
    }

    async fn add(client: &Self::Client, left: i64, right: i64) -> Result<i64, Failure> {
        let body = [left.to_le_bytes(), right.to_le_bytes()].concat();
        Ok(number(&call(client, ADD, &body)?))
    }

    async fn place_order(client: &Self::Client, order: Self::Order) -> Result<i64, Failure> {
        Ok(number(&call(client, ORDER, &order.0)?))
    }
}

/// Answers the frames of a connection, until its end.
fn answer(stream: &mut TcpStream) -> io::Result<()> {
    let mut frame = Vec::new();
    loop {
        match look(stream, &mut frame) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        stream.write_all(&frame)?;
    }
}

fn call(client: &Mutex<TcpStream>, method: u8, body: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut stream = client.lock().unwrap_or_else(PoisonError::into_inner);
    let mut frame = Vec::with_capacity(HEADER + body.len());
    frame.extend_from_slice(&header(body.len(), 0, method));
    frame.extend_from_slice(body);
    stream.write_all(&frame)?;
    look(&mut stream, &mut frame)?;
    frame.drain(..HEADER);
    Ok(frame)
}

/// Reads one frame.
fn look(stream: &mut TcpStream, frame: &mut Vec<u8>) -> io::Result<()> {
    frame.resize(HEADER + 64, 0);
    let (mut have, mut whole) = (0, HEADER);
    while have < whole {
        match stream.read(&mut frame[have..]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(bytes) => have += bytes,
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::hint::spin_loop(),
            Err(error) => return Err(error),
        }
        if have >= HEADER {
            whole = HEADER + length(frame);
            frame.resize(whole.max(frame.len()), 0);
        }
    }
    frame.truncate(whole);
    Ok(())
}
