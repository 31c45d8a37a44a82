//! What subscribers of `tracing` are told about connections that end, on either side.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, mpsc};
use std::task::{self, Waker};
use std::time::Duration;

use sinew::{Channel, Code, Connect, Limits, Retries, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;
use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::probe::{Probe, ProbeClient, Running};

/// Records events: level and message.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<(Level, String)>>>);

impl<S: Subscriber> Layer<S> for Told {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        struct Words(String);
        impl Visit for Words {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                let before = std::mem::take(&mut self.0);
                self.0 = format!("{before}{}={value:?} ", field.name());
            }
        }
        let mut words = Words(String::new());
        event.record(&mut words);
        let mut told = self.0.lock().expect("no test panics while it listens");
        told.push((*event.metadata().level(), words.0));
    }
}

/// With a single subscriber, `tracing` asks the thread on which an event first occurs whether anybody wants it, and
/// threads of other tests have none. With several subscribers it asks them all.
static OTHERS: LazyLock<[Dispatch; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Dispatch::new(tracing_subscriber::registry())));

impl Told {
    /// Listens on this thread.
    fn listen() -> (Self, DefaultGuard) {
        LazyLock::force(&OTHERS);
        let told = Self::default();
        let subscriber = tracing_subscriber::registry().with(told.clone());
        (told, tracing::subscriber::set_default(subscriber))
    }

    fn words(&self) -> Vec<(Level, String)> {
        self.0
            .lock()
            .expect("no test panics while it listens")
            .clone()
    }

    /// The events of a client of this server on this thread, from the first call to the end of the connection.
    async fn of<F: Future<Output = ()>>(
        server: impl FnOnce(DuplexStream) -> F,
    ) -> Vec<(Level, String)> {
        let (told, _guard) = Self::listen();
        let (near, far) = tokio::io::duplex(1 << 16);
        let channel = Connect::new().over(near).retry(Retries::never());
        let client = ProbeClient { channel };
        let calling = async move {
            // Whether it is answered depends on the server.
            let _ = client.echo("x").await;
        };
        tokio::join!(server(far), calling);
        // Only now has the client's driver seen the end.
        tokio::time::sleep(Duration::from_secs(5)).await;
        told.words()
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_says_that_its_connection_has_ended_and_how_bad_that_is() {
    let well = |far| async move {
        Server::new()
            .add(Probe::default())
            .serve_connection(far)
            .await
    };
    let web = |mut far: DuplexStream| async move {
        let answer = b"HTTP/1.1 400 Bad Request\r\n\r\n";
        far.write_all(answer).await.expect("the client reads");
        let gone = far.read_to_end(&mut Vec::new()).await;
        gone.expect("the client ends the connection");
    };
    let gone = |far: DuplexStream| async move { drop(far) };
    let quiet = Told::of(well).await;
    assert!(
        quiet.iter().all(|(level, _)| *level == Level::DEBUG),
        "{quiet:?}"
    );
    let ended = |(_, words): &(Level, String)| words.contains("reason=Shutdown");
    assert!(quiet.iter().any(ended), "{quiet:?}");
    for (told, reason) in [
        (Told::of(web).await, "reason=Foreign"),
        (Told::of(gone).await, "reason=Lost"),
    ] {
        let [(level, words)] = &told[..] else {
            panic!("{told:?}")
        };
        assert_eq!(*level, Level::WARN, "{words}");
        assert!(words.contains(reason), "{words}");
    }
}

#[tokio::test]
async fn a_server_says_whose_connection_has_ended() {
    let (told, _guard) = Told::listen();
    let server = Running::start(Probe::default(), Limits::default()).await;
    let mut stranger = TcpStream::connect(&server.address).await.unwrap();
    let address = stranger.local_addr().unwrap();
    stranger.write_all(b"SSH-2.0-OpenSSH").await.unwrap();
    stranger.read_to_end(&mut Vec::new()).await.unwrap();
    server.stopped().await;
    let expected = format!("address=\"{address}\" reason=Foreign");
    let words = told.words();
    let ended =
        |(level, words): &(Level, String)| *level == Level::DEBUG && words.contains(&expected);
    assert!(words.iter().any(ended), "{words:?}");
}

/// Begins a call at each event, like a subscriber that sends events to a server.
#[derive(Clone, Default)]
struct Sends(Arc<OnceLock<ProbeClient>>);

impl<S: Subscriber> Layer<S> for Sends {
    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        if let Some(client) = self.0.get() {
            let cx = &mut task::Context::from_waker(Waker::noop());
            // Only that it begins or fails matters.
            let _ = pin!(client.echo("told")).poll(cx);
        }
    }
}

#[test]
fn a_subscriber_may_call_by_the_channel_of_which_it_is_told() {
    let lost = || {
        let (near, far) = tokio::io::duplex(1 << 16);
        drop(far);
        Connect::new().over(near)
    };
    let unreachable = || Connect::new().lazily_to("unix:/nobody/listens/here");
    let channels: [fn() -> Channel; 2] = [lost, unreachable];
    for channel in channels {
        let (done, is_done) = mpsc::channel();
        // On its own thread, since one that waits for itself never ends.
        std::thread::spawn(move || {
            LazyLock::force(&OTHERS);
            let sends = Sends::default();
            let subscriber = tracing_subscriber::registry().with(sends.clone());
            let _guard = tracing::subscriber::set_default(subscriber);
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let answer = runtime.expect("there is a runtime").block_on(async {
                let channel = channel().retry(Retries::never());
                let client = sends.0.get_or_init(|| ProbeClient { channel });
                client.echo("x").await.map(drop)
            });
            done.send(answer)
        });
        let answer = is_done.recv_timeout(Duration::from_secs(60));
        let failed = answer.expect("it does not wait for itself").unwrap_err();
        assert_eq!(failed.code(), Code::Unavailable, "{failed:?}");
    }
}
