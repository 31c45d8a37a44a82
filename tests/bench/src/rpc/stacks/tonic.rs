//! tonic with prost, as tonic's own generator writes it.

use std::net::SocketAddr;

use futures_util::stream;
use tokio::net::TcpListener;
use tonic::codegen::BoxStream;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};

use super::{Failure, Stack};
use crate::wire::datasets::order::Order as Plain;
use crate::wire::peers::prost::generated::order::Order;
use generated::bench_client::BenchClient;
use generated::bench_server::{Bench, BenchServer};
use generated::{Asked, Bytes, Number, Pair};

/// The generated messages and service.
#[allow(missing_docs, warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/tonic/rpc.rs"));
}

/// Messages as large as the largest echo.
const LARGEST: usize = 16 << 20;

/// The stack.
pub struct Tonic;

struct Handler;

#[tonic::async_trait]
impl Bench for Handler {
    async fn echo(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn add(&self, request: Request<Pair>) -> Result<Response<Number>, Status> {
        let Pair { left, right } = request.into_inner();
        Ok(Response::new(Number {
            value: left.wrapping_add(right),
        }))
    }

    async fn place_order(&self, request: Request<Order>) -> Result<Response<Number>, Status> {
        Ok(Response::new(Number {
            value: request.into_inner().total_cents,
        }))
    }

    type ItemsStream = BoxStream<Bytes>;

    async fn items(&self, request: Request<Asked>) -> Result<Response<BoxStream<Bytes>>, Status> {
        let Asked { size, count } = request.into_inner();
        let item = Bytes {
            body: vec![0x5a; size as usize],
        };
        let items = (0..count).map(move |_| Ok(item.clone()));
        Ok(Response::new(Box::pin(stream::iter(items))))
    }
}

impl Stack for Tonic {
    const NAME: &'static str = "tonic";

    type Client = BenchClient<Channel>;
    type Order = Order;
    type Body = Vec<u8>;

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let service = BenchServer::new(Handler).max_decoding_message_size(LARGEST);
        Server::builder()
            .add_service(service)
            .serve_with_incoming(incoming)
            .await?;
        Ok(())
    }

    async fn connect(address: SocketAddr) -> Result<Self::Client, Failure> {
        let channel = Endpoint::from_shared(format!("http://{address}"))?
            .connect()
            .await?;
        Ok(BenchClient::new(channel).max_decoding_message_size(LARGEST))
    }

    fn order(plain: &Plain) -> Order {
        plain.into()
    }

    async fn echo(client: &Self::Client, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let reply = client.clone().echo(Bytes { body }).await?;
        Ok(reply.into_inner().body)
    }

    async fn add(client: &Self::Client, left: i64, right: i64) -> Result<i64, Failure> {
        let reply = client.clone().add(Pair { left, right }).await?;
        Ok(reply.into_inner().value)
    }

    async fn place_order(client: &Self::Client, order: Order) -> Result<i64, Failure> {
        Ok(client.clone().place_order(order).await?.into_inner().value)
    }

    async fn stream(
        client: &Self::Client,
        bytes: usize,
        items: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        let asked = Asked {
            size: bytes as u32,
            count: items as u64,
        };
        let mut stream = client.clone().items(asked).await?.into_inner();
        while let Some(item) = stream.message().await? {
            take(&item.body)?;
        }
        Ok(())
    }
}
