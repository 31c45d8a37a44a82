//! volo-thrift with one multiplexed connection, framed and with TTHeader, as its own builders set it up.
//!
//! `generated/rpc.rs` is what volo-build 0.12.3 writes for `thrift/rpc.thrift`, formatted. It is checked in since
//! volo-build needs a C compiler, for libgit2:
//!
//! ```text
//! volo_build::Builder::thrift()
//!     .add_service("thrift/rpc.thrift")
//!     .include_dirs(vec!["thrift".into()])
//!     .ignore_unused(true)
//!     .out_dir("src/rpc/stacks/volo/generated")
//!     .filename("rpc.rs".into())
//!     .write()
//! ```

use std::net::SocketAddr;

use pilota::{Bytes, FastStr};
use tokio::net::TcpListener;
use volo::net::incoming::DefaultIncoming;
use volo_thrift::ServerError;

use super::{Failure, Stack};
use crate::rpc::scenario::{Method, Scenario};
use crate::wire::datasets::order as plain;
use generated::rpc::rpc::{order, rpc};
use rpc::{Bench, BenchClient, BenchClientBuilder, BenchServer};

/// The generated messages and service.
#[allow(unsafe_code)]
mod generated {
    pub(super) mod rpc;
}

/// The stack.
pub struct Volo;

struct Handler;

impl Bench for Handler {
    async fn echo(&self, body: Bytes) -> Result<Bytes, ServerError> {
        Ok(body)
    }

    async fn add(&self, left: i64, right: i64) -> Result<i64, ServerError> {
        Ok(left.wrapping_add(right))
    }

    async fn place_order(&self, order: order::Order) -> Result<i64, ServerError> {
        Ok(order.total_cents)
    }
}

impl Stack for Volo {
    const NAME: &'static str = "volo-thrift";
    const LACKS: Option<&'static str> = Some("volo-thrift has no streams");

    type Client = BenchClient;
    type Order = order::Order;
    type Body = Bytes;

    fn carries(scenario: &Scenario) -> bool {
        !matches!(scenario.method, Method::Stream(_))
    }

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        let server = BenchServer::new(Handler).multiplex(true);
        server.run(DefaultIncoming::from(listener)).await
    }

    async fn connect(address: SocketAddr) -> Result<BenchClient, Failure> {
        let client = BenchClientBuilder::new("bench").address(address);
        Ok(client.multiplex(true).build())
    }

    fn order(plain: &plain::Order) -> order::Order {
        let text = |text: &String| FastStr::new(text);
        let shipping = &plain.shipping;
        order::Order {
            request_id: text(&plain.request_id),
            customer_id: plain.customer_id as i64,
            created_at_ms: plain.created_at_ms,
            currency: order::Currency::from(plain.currency as i32),
            items: plain.items.iter().map(item).collect(),
            shipping: order::PostalAddress {
                name: text(&shipping.name),
                street: text(&shipping.street),
                city: text(&shipping.city),
                zip: text(&shipping.zip),
                country: text(&shipping.country),
            },
            coupon: plain.coupon.as_ref().map(text),
            note: plain.note.as_ref().map(text),
            gift: plain.gift,
            attributes: plain
                .attributes
                .iter()
                .map(|(key, value)| (text(key), text(value)))
                .collect(),
            total_cents: plain.total_cents,
        }
    }

    async fn echo(client: &BenchClient, body: Bytes) -> Result<Bytes, Failure> {
        Ok(client.echo(body).await?)
    }

    async fn add(client: &BenchClient, left: i64, right: i64) -> Result<i64, Failure> {
        Ok(client.add(left, right).await?)
    }

    async fn place_order(client: &BenchClient, order: order::Order) -> Result<i64, Failure> {
        Ok(client.place_order(order).await?)
    }
}

fn item(plain: &plain::LineItem) -> order::LineItem {
    order::LineItem {
        sku: FastStr::new(&plain.sku),
        title: FastStr::new(&plain.title),
        quantity: plain.quantity as i32,
        unit_price_cents: plain.unit_price_cents,
        discount_pct: plain.discount_pct.map(|percent| percent as i32),
    }
}
