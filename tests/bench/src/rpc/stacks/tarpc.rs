//! tarpc over TCP with bincode, as its own examples set it up.

use std::net::SocketAddr;

use tarpc::client::Config;
use tarpc::context::{self, Context};
use tarpc::server::{BaseChannel, Channel};
use tarpc::tokio_serde::formats::Bincode;
use tarpc::tokio_util::codec::LengthDelimitedCodec;
use tokio::net::{TcpListener, TcpStream};

use super::{Failure, Stack};
use crate::rpc::scenario::{Method, Scenario};
use crate::wire::datasets::order::Order;

/// The stack.
pub struct Tarpc;

#[tarpc::service]
pub trait Bench {
    async fn echo(body: Vec<u8>) -> Vec<u8>;
    async fn add(left: i64, right: i64) -> i64;
    async fn place_order(order: Order) -> i64;
}

#[derive(Clone)]
struct Handler;

impl Bench for Handler {
    async fn echo(self, _: Context, body: Vec<u8>) -> Vec<u8> {
        body
    }

    async fn add(self, _: Context, left: i64, right: i64) -> i64 {
        left.wrapping_add(right)
    }

    async fn place_order(self, _: Context, order: Order) -> i64 {
        order.total_cents
    }
}

/// Frames as large as the largest echo.
fn codec() -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder()
        .max_frame_length(16 << 20)
        .new_codec()
}

impl Stack for Tarpc {
    const NAME: &'static str = "tarpc";
    const LACKS: Option<&'static str> = Some("tarpc has no streams");

    type Client = BenchClient;
    type Order = Order;
    type Body = Vec<u8>;

    fn carries(scenario: &Scenario) -> bool {
        !matches!(scenario.method, Method::Stream(_))
    }

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        use futures_util::StreamExt;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let framed = tarpc::tokio_util::codec::Framed::new(stream, codec());
            let transport = tarpc::serde_transport::new(framed, Bincode::default());
            let channel = BaseChannel::with_defaults(transport);
            tokio::spawn(
                channel
                    .execute(Handler.serve())
                    .for_each(async |response| drop(tokio::spawn(response))),
            );
        }
    }

    async fn connect(address: SocketAddr) -> Result<BenchClient, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let framed = tarpc::tokio_util::codec::Framed::new(stream, codec());
        let transport = tarpc::serde_transport::new(framed, Bincode::default());
        let mut config = Config::default();
        config.max_in_flight_requests = 1024;
        config.pending_request_buffer = 1024;
        Ok(BenchClient::new(config, transport).spawn())
    }

    fn order(plain: &Order) -> Order {
        plain.clone()
    }

    async fn echo(client: &BenchClient, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        Ok(client.echo(context::current(), body).await?)
    }

    async fn add(client: &BenchClient, left: i64, right: i64) -> Result<i64, Failure> {
        Ok(client.add(context::current(), left, right).await?)
    }

    async fn place_order(client: &BenchClient, order: Order) -> Result<i64, Failure> {
        Ok(client.place_order(context::current(), order).await?)
    }
}
