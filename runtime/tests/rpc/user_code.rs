//! All code of users that the runtime runs, and what becomes of a panic in it: the call ends, and so may its connection, but the
//! next call is answered, nothing hangs, and no count leaks.

mod hooks;

use std::future::pending;
use std::io;
use std::time::Duration;

use sinew::balance::Balancer;
use sinew::layer::Next;
use sinew::{Call, Code, Connect, Limits, Listening, Retries, Server, Status};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::handlers::Scripted;
use crate::probe::ProbeClient;
use hooks::{Dropped, First, Here, Observer, Pipe, Pipes, Site, Trap, Wrapped};

/// What a call sees of a panic there.
#[derive(Clone, Copy, Debug)]
enum Sees {
    /// Nothing: it is answered, by the other server if the first cannot be reached.
    Answer,
    Fails(Code),
    /// The panic itself, as the code runs in the caller.
    Panic,
    /// This code does not run.
    Unused,
}

const NOTHING: Sees = Sees::Answer;
const ENDED: Sees = Sees::Fails(Code::Internal);
const LOST: Sees = Sees::Fails(Code::Unavailable);
const LATE: Sees = Sees::Fails(Code::DeadlineExceeded);
const FAILED: Sees = Sees::Fails(Code::NotFound);
const PANIC: Sees = Sees::Panic;
const UNUSED: Sees = Sees::Unused;

/// What a call sees that needs a new connection, and one that finds a connection.
const SITES: &[(Site, Sees, Sees)] = &[
    (Site::Accept, NOTHING, UNUSED),
    (Site::AcceptPolled, NOTHING, UNUSED),
    (Site::ServerRead, NOTHING, LOST),
    (Site::ServerWrite, NOTHING, LOST),
    (Site::ServerFlush, NOTHING, NOTHING),
    (Site::ServerShutdown, NOTHING, NOTHING),
    (Site::ServerDrop, NOTHING, NOTHING),
    (Site::Wrap, ENDED, ENDED),
    (Site::WrapPolled, ENDED, ENDED),
    (Site::Layer, ENDED, ENDED),
    (Site::LayerPolled, ENDED, ENDED),
    (Site::ValueDropped, ENDED, ENDED),
    (Site::Begin, ENDED, ENDED),
    (Site::End, NOTHING, NOTHING),
    (Site::Handler, ENDED, ENDED),
    (Site::HandlerPolled, ENDED, ENDED),
    (Site::HandlerDropped, LATE, LATE),
    (Site::ErrorDropped, FAILED, FAILED),
    (Site::Source, LOST, UNUSED),
    (Site::SourcePolled, LOST, UNUSED),
    (Site::Pick, NOTHING, NOTHING),
    (Site::Waits, ENDED, UNUSED),
    (Site::Open, NOTHING, UNUSED),
    (Site::OpenPolled, NOTHING, UNUSED),
    (Site::Meta, NOTHING, UNUSED),
    (Site::ClientRead, NOTHING, LOST),
    (Site::ClientWrite, NOTHING, LOST),
    (Site::ClientFlush, NOTHING, LOST),
    (Site::ClientShutdown, NOTHING, NOTHING),
    (Site::ClientDrop, NOTHING, NOTHING),
    (Site::OwnLayer, ENDED, ENDED),
    (Site::OwnLayerPolled, ENDED, ENDED),
    (Site::OwnBegin, PANIC, PANIC),
    (Site::OwnEnd, NOTHING, NOTHING),
];

/// A server; with `wrapped` its calls do not go straight to their handlers.
fn server(trap: &Trap, pipes: mpsc::UnboundedReceiver<Pipe>, wrapped: bool) -> Listening {
    let at = trap.clone();
    let service = Scripted::new(move |_, data| {
        at.at(Site::Handler);
        let at = at.clone();
        async move {
            at.at(Site::HandlerPolled);
            let _dropped = Dropped(at.clone(), Site::HandlerDropped);
            tokio::task::yield_now().await;
            match &at {
                at if at.is_set(Site::HandlerDropped) => pending().await,
                at if at.is_set(Site::ErrorDropped) => {
                    let source = Dropped(at.clone(), Site::ErrorDropped);
                    Err(Status::not_found("it is not there").with_source(source))
                }
                _ => Ok(data),
            }
        }
    });
    let at = trap.clone();
    let layer = move |mut call: Call, next: Next| {
        at.at(Site::Layer);
        let at = at.clone();
        async move {
            at.at(Site::LayerPolled);
            call.cx.insert(Dropped(at, Site::ValueDropped));
            next.run(call).await
        }
    };
    let mut limits = Limits::default();
    (limits.connections, limits.server_calls) = (2, 2);
    let observer = Observer(trap.clone(), [Site::Begin, Site::End]);
    let at = trap.clone();
    let server = Server::new().add(service).limits(limits).observe(observer);
    let server = match wrapped {
        true => server.wrap(move |all| Wrapped(all, at)),
        false => server,
    };
    let pipes = Pipes(pipes, trap.clone());
    server.layer(layer).listen(pipes).expect("it listens")
}

fn client(trap: &Trap, pipes: &mpsc::UnboundedSender<Pipe>) -> ProbeClient {
    let (at, pipes) = (trap.clone(), pipes.clone());
    let open = move |_| {
        at.at(Site::Open);
        let (at, pipes) = (at.clone(), pipes.clone());
        async move {
            at.at(Site::OpenPolled);
            let (near, far) = Pipe::pair(&at);
            pipes.send(far).map_err(io::Error::other)?;
            Ok(near)
        }
    };
    let at = trap.clone();
    let token = move || {
        at.at(Site::Meta);
        "a token".to_owned()
    };
    let at = trap.clone();
    let layer = move |call: Call, next: Next| {
        at.at(Site::OwnLayer);
        let at = at.clone();
        async move {
            at.at(Site::OwnLayerPolled);
            next.run(call).await
        }
    };
    let connect = Connect::new().open_by(open).meta_by("token", token);
    let balancer = Balancer::new(Here(trap.clone())).policy(First(trap.clone()));
    let channel = balancer.connect(connect).channel();
    let observer = Observer(trap.clone(), [Site::OwnBegin, Site::OwnEnd]);
    ProbeClient {
        channel: channel
            .retry(Retries::never())
            .layer(layer)
            .observe(observer),
    }
}

async fn panics_end_nothing_else(wrapped: bool) {
    let trap = Trap::default();
    let (pipes, accepted) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(server(&trap, accepted, wrapped).run_until(stopped));
    let sites = SITES.iter().filter(|(site, ..)| wrapped || !is_wrap(*site));
    // Several times, as the limits would be reached if counts leaked.
    for (site, fresh, kept) in sites.clone().chain(sites.clone()).chain(sites) {
        for (sees, is_fresh) in [(fresh, true), (kept, false)] {
            let what = format!("{site:?}, wrapped: {wrapped}, fresh: {is_fresh}");
            let client = client(&trap, &pipes);
            if !is_fresh {
                answered(&client, &what).await;
            }
            trap.set(Some(*site));
            let call = client.echo("x").timeout(Duration::from_secs(2)).owned();
            match (sees, tokio::spawn(call).await) {
                (Sees::Answer | Sees::Unused, Ok(Ok(_))) | (Sees::Panic, Err(_)) => {}
                (Sees::Fails(code), Ok(Err(status))) if status.code() == *code => {}
                (sees, saw) => panic!("{what}: {saw:?} and not {sees:?}"),
            }
            if trap.is_set(*site) && !matches!(sees, Sees::Unused) {
                // This code runs when the connection ends.
                drop(client);
                tokio::time::sleep(Duration::from_secs(5)).await;
                assert!(!trap.is_set(*site), "{what}: it has not run");
                answered(&self::client(&trap, &pipes), &what).await;
            } else {
                trap.set(None);
                answered(&client, &what).await;
            }
        }
    }
    stop.send(()).expect("the server runs");
    served.await.expect("the server has not panicked");
}

fn is_wrap(site: Site) -> bool {
    matches!(site, Site::Wrap | Site::WrapPolled)
}

/// Calls until there is an answer: servers that could not be reached are left alone for a moment.
async fn answered(client: &ProbeClient, what: &str) {
    let answer = async {
        while client.echo("x").await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let answered = timeout(Duration::from_secs(20), answer).await;
    answered.unwrap_or_else(|_| panic!("{what}: no answer any more"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_user_code_ends_at_most_its_call_and_its_connection() {
    panics_end_nothing_else(false).await;
    panics_end_nothing_else(true).await;
}
