//! capnp-rpc over its two-party network, with the orders written field by field and read where they lie.
//!
//! Its objects stay on the thread that made them. So they travel in wrappers that check just that, and there is no server
//! with a second worker.
//!
//! `generated/rpc_capnp.rs` is what capnpc 0.27.0 writes for `capnp/rpc.capnp` by the compiler `capnp` 0.9.2 (Debian's
//! packages capnproto and libcapnp-dev), formatted. It is checked in so that the comparison builds without that compiler:
//!
//! ```text
//! capnpc::CompilerCommand::new()
//!     .file("capnp/rpc.capnp")
//!     .src_prefix("capnp")
//!     .import_path("/usr/include")
//!     .default_parent_module(["rpc", "stacks", "capnp", "generated"].map(String::from).to_vec())
//!     .output_path("src/rpc/stacks/capnp/generated")
//!     .run()
//! ```

mod order;

use std::net::SocketAddr;
use std::rc::Rc;

use capnp::Error;
use capnp_rpc::rpc_twoparty_capnp::Side;
use capnp_rpc::twoparty::VatNetwork;
use capnp_rpc::{RpcSystem, new_client};
use futures_util::AsyncReadExt;
use futures_util::io::{BufReader, BufWriter};
use send_wrapper::SendWrapper;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::compat::TokioAsyncReadCompatExt;

use super::{Failure, Stack};
use crate::rpc::scenario::{Placement, Scenario};
use crate::wire::datasets::order::Order;
use generated::rpc_capnp::{bench, receiver};

/// The generated messages and interfaces.
#[allow(warnings, clippy::all, clippy::unimplemented, clippy::unwrap_used)]
pub mod generated {
    pub mod rpc_capnp;
}

/// The stack.
pub struct CapnProto;

struct Handler;

impl bench::Server for Handler {
    async fn echo(
        self: Rc<Self>,
        asked: bench::EchoParams,
        mut reply: bench::EchoResults,
    ) -> Result<(), Error> {
        reply.get().set_body(asked.get()?.get_body()?);
        Ok(())
    }

    async fn add(
        self: Rc<Self>,
        asked: bench::AddParams,
        mut reply: bench::AddResults,
    ) -> Result<(), Error> {
        let asked = asked.get()?;
        let sum = asked.get_left().wrapping_add(asked.get_right());
        reply.get().set_sum(sum);
        Ok(())
    }

    async fn place_order(
        self: Rc<Self>,
        asked: bench::PlaceOrderParams,
        mut reply: bench::PlaceOrderResults,
    ) -> Result<(), Error> {
        let total = asked.get()?.get_order()?.get_total_cents();
        reply.get().set_total(total);
        Ok(())
    }

    async fn items(
        self: Rc<Self>,
        asked: bench::ItemsParams,
        _: bench::ItemsResults,
    ) -> Result<(), Error> {
        let asked = asked.get()?;
        let item = vec![0x5a; asked.get_size() as usize];
        let receiver = asked.get_receiver()?;
        for _ in 0..asked.get_count() {
            let mut request = receiver.take_request();
            request.get().set_item(&item);
            request.send().await?;
        }
        Ok(())
    }
}

/// Items that were taken and not yet received.
const WAITING: usize = 1024;

struct Receiver(mpsc::Sender<Vec<u8>>);

impl receiver::Server for Receiver {
    async fn take(self: Rc<Self>, item: receiver::TakeParams) -> Result<(), Error> {
        let item = item.get()?.get_item()?.to_vec();
        let sent = self.0.send(item).await;
        sent.map_err(|_| Error::failed("nobody receives".to_owned()))
    }
}

/// The two ends of a connection, as its vat on this side sees it.
fn network(stream: TcpStream, side: Side) -> Box<VatNetwork<impl futures_util::AsyncRead + Unpin>> {
    let (reader, writer) = stream.compat().split();
    let (reader, writer) = (BufReader::new(reader), BufWriter::new(writer));
    Box::new(VatNetwork::new(reader, writer, side, Default::default()))
}

impl Stack for CapnProto {
    const NAME: &'static str = "capnp-rpc";
    const LACKS: Option<&'static str> =
        Some("Objects of capnp-rpc stay on their thread, so it has no second worker");

    type Client = SendWrapper<bench::Client>;
    type Order = Order;
    type Body = Vec<u8>;

    fn carries(scenario: &Scenario) -> bool {
        ![Placement::TwoWorkers, Placement::AllCores].contains(&scenario.placement)
    }

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let bench: bench::Client = new_client(Handler);
            let system = RpcSystem::new(network(stream, Side::Server), Some(bench.client));
            tokio::spawn(SendWrapper::new(system));
        }
    }

    async fn connect(address: SocketAddr) -> Result<Self::Client, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut system = RpcSystem::new(network(stream, Side::Client), None);
        let client: bench::Client = system.bootstrap(Side::Server);
        tokio::spawn(SendWrapper::new(system));
        Ok(SendWrapper::new(client))
    }

    fn order(plain: &Order) -> Order {
        plain.clone()
    }

    fn echo(
        client: &Self::Client,
        body: Vec<u8>,
    ) -> impl Future<Output = Result<Vec<u8>, Failure>> + Send {
        let client = client.clone();
        SendWrapper::new(async move {
            let mut request = client.echo_request();
            request.get().set_body(&body);
            let reply = request.send().promise.await?;
            Ok(reply.get()?.get_body()?.to_vec())
        })
    }

    fn add(
        client: &Self::Client,
        left: i64,
        right: i64,
    ) -> impl Future<Output = Result<i64, Failure>> + Send {
        let client = client.clone();
        SendWrapper::new(async move {
            let mut request = client.add_request();
            request.get().set_left(left);
            request.get().set_right(right);
            Ok(request.send().promise.await?.get()?.get_sum())
        })
    }

    fn place_order(
        client: &Self::Client,
        order: Order,
    ) -> impl Future<Output = Result<i64, Failure>> + Send {
        let client = client.clone();
        SendWrapper::new(async move {
            let mut request = client.place_order_request();
            order::write(&order, request.get().init_order());
            Ok(request.send().promise.await?.get()?.get_total())
        })
    }

    fn stream(
        client: &Self::Client,
        bytes: usize,
        items: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure> + Send,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        let client = client.clone();
        SendWrapper::new(async move {
            let (sender, mut received) = mpsc::channel(WAITING);
            let mut request = client.items_request();
            request.get().set_size(bytes as u32);
            request.get().set_count(items as u64);
            request.get().set_receiver(new_client(Receiver(sender)));
            let done = request.send().promise;
            for _ in 0..items {
                take(&received.recv().await.ok_or("the stream has ended")?)?;
            }
            done.await?;
            Ok(())
        })
    }
}
