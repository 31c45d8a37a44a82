//! Which types are `Send` and `Sync`: a promise that the compiler keeps, and that nothing else would show when it
//! breaks.

use sinew::balance::{Balancer, Candidate, Eject, LeastLoaded, Pool, Priority, Rendezvous};
use sinew::discover::{Dns, Endpoint, File, List};
use sinew::health::{HealthClient, HealthServer, Reporter, Serving};
use sinew::layer::{Layered, Limited, Next, Observed, Observer, Run};
use sinew::{
    Backoff, Body, Call, Channel, Code, Connect, Ctx, DecodeError, DecodeLimits, EncodeError,
    Envelope, Failure, Finish, Invalid, Limits, Listening, Metadata, Method, MethodRef, Peer,
    PeerShape, Reply, Retries, Router, Rx, Server, Shape, SharedStr, Status, Tx, UnknownVariant,
    Upload,
};

fn shared<T: Send + Sync + Unpin + 'static>() {}
fn sent<T: Send + Unpin + 'static>() {}
fn future<T: Send>(_: &T) {}

#[test]
fn what_is_cloned_for_every_task_can_be_shared() {
    shared::<(Channel, Router, Pool, HealthClient, HealthServer<Reporter>)>();
    shared::<(Ctx, Metadata, Peer, Method, MethodRef, Call, Reply, Body)>();
    shared::<(Connect, Server, Limits, Retries, Backoff, Eject)>();
    shared::<(Balancer<List, Priority<LeastLoaded>>, Rendezvous, Candidate)>();
    shared::<(Dns, File, List, Endpoint)>();
    shared::<(Next, Observer, Observed<Router>, Limited<Router>)>();
    shared::<Layered<fn(Call, Next) -> Run, Router>>();
}

#[test]
fn errors_go_into_boxes_of_any_kind() {
    fn error<T: std::error::Error + Clone + Send + Sync + 'static>() {}
    error::<Status>();
    error::<Failure<Status, Status>>();
    error::<DecodeError>();
    error::<EncodeError>();
    error::<Invalid>();
    error::<sinew::ParseError>();
    error::<sinew::RangeError>();
}

#[test]
fn values_and_messages_can_be_shared() {
    shared::<(Code, Serving, SharedStr, UnknownVariant, sinew::Bytes)>();
    shared::<(
        sinew::Date,
        sinew::Decimal,
        sinew::Duration,
        sinew::Timestamp,
        sinew::Uuid,
    )>();
    shared::<(Envelope<'static>, PeerShape, DecodeLimits, &'static Shape)>();
}

#[cfg(feature = "dynamic")]
#[test]
fn calls_by_name_are_made_in_tasks_of_their_own() {
    use sinew::dynamic::{DynamicCall, DynamicReply, Encoded, EncodedRx, EncodedTx};
    shared::<(Encoded, DynamicReply)>();
    sent::<(DynamicCall, EncodedTx, EncodedRx)>();
    let finish = |rx: EncodedRx| future(&rx.finish());
    let reply = |call: DynamicCall| future(&call.reply());
    let (_, _) = (finish, reply);
}

#[test]
fn streams_and_listeners_go_to_a_task_of_their_own() {
    sent::<(
        Rx<String>,
        Tx<String>,
        Upload<String, String>,
        Finish<String>,
    )>();
    sent::<Listening>();
}

#[tokio::test]
async fn what_waits_can_be_spawned() -> sinew::Result {
    let client = HealthClient::new(HealthServer::new(Reporter::new()));
    future(&client.check(""));
    future(&client.check("").with_metadata());
    future(&client.watch(""));
    future(&Channel::connect(""));
    future(&Connect::new().to(""));
    future(&Server::new().serve(""));
    future(&Server::new().serve_until("", std::future::pending::<()>()));
    future(&Server::new().serve_connection(tokio::io::empty()));
    future(&Server::new().bind("127.0.0.1:0").await?.run());

    let mut rx = client.watch("").await?;
    future(&rx.recv());
    future(&rx.draining());
    let cx = Ctx::new();
    future(&cx.cancelled());
    future(&cx.draining());
    future(&cx.shield(async {}));
    Ok(())
}
