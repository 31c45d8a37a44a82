//! Streams under a seed that never stand still: windows smaller than messages, many streams, readers that pause, over pipes
//! that hold little, with other servers between a client and its handler. Their clock goes on once nothing else does, so that
//! a deadline tells who waits for ever.

use std::ops::Range;
use std::time::Duration;

use sinew::codegen::{Method, NamedService, no_such_method, reply_stream};
use sinew::{Call, Channel, Connect, Failure, Limits, Reply, Rx, Server, Service, Status};
use sinew::{Streaming, Tx};
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::flow::SumRequest as Nothing;
use crate::seeded::Seeded;

static ECHO: Method =
    Method::streaming::<Nothing, Vec<u8>, Status, Status>("test.Echo", "echo").takes::<Vec<u8>>();

type Both = (Tx<Vec<u8>>, Rx<Vec<u8>>);

/// Echoes what it receives.
#[derive(Clone)]
pub enum Echo {
    /// By itself.
    Here,
    /// By passing on the streams themselves, to any of these.
    Passed(Vec<Channel>),
    /// By passing on each message.
    Read(Channel),
}

impl NamedService for Echo {
    const NAMES: &'static [&'static str] = &["test.Echo"];
    const METHODS: &'static [&'static Method] = &[&ECHO];
}

impl Service for Echo {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        if let Self::Passed(channels) = self {
            let lot = call.cx.metadata().get("lot").map_or(0, str::len);
            return channels[lot % channels.len()].call(call).await;
        }
        if call.index::<Self>() != Some(0) {
            return Err(no_such_method(&call));
        }
        let (_, _, (rx, tx)) = call.accept::<Nothing, (Rx<Vec<u8>>, Tx<Vec<u8>>)>(&ECHO)?;
        let end = match self {
            Self::Read(channel) => echo_by(channel, rx, tx).await,
            Self::Here | Self::Passed(_) => pass(rx, tx).await,
        };
        reply_stream::<Status, Status>(&ECHO, end.map_err(Failure::Call))
    }
}

async fn pass(mut rx: Rx<Vec<u8>>, mut tx: Tx<Vec<u8>>) -> Result<(), Status> {
    while let Some(message) = rx.recv().await? {
        tx.send(message).await?;
    }
    tx.finish();
    Ok(())
}

async fn echo_by(channel: &Channel, rx: Rx<Vec<u8>>, tx: Tx<Vec<u8>>) -> Result<(), Status> {
    let (up, down) = begin(channel, 0).await?;
    tokio::try_join!(pass(rx, up), pass(down, tx)).map(|_| ())
}

pub async fn begin(channel: &Channel, lot: usize) -> Result<Both, Status> {
    Streaming::<_, Both>::new(channel, &ECHO, Nothing {})
        .meta("lot", "x".repeat(lot))
        .await
}

/// A connection to a server.
pub fn to(echo: Echo, random: &mut Seeded) -> Channel {
    let (near, far) = tokio::io::duplex(64 << random.below(11));
    let [ours, theirs] = [(); 2].map(|()| limits(random));
    tokio::spawn(Server::new().limits(theirs).add(echo).serve_connection(far));
    Connect::new().limits(ours).over(near)
}

/// The same over a socket.
async fn to_socket(echo: Echo, random: &mut Seeded) -> Channel {
    let [ours, theirs] = [(); 2].map(|()| limits(random));
    let server = Server::new().limits(theirs).add(echo);
    let server = server.bind("127.0.0.1:0").await.expect("a port");
    let address = server.local_addr().to_owned();
    tokio::spawn(server.run());
    let channel = Connect::new().limits(ours).to(address).await;
    channel.expect("it listens")
}

fn limits(random: &mut Seeded) -> Limits {
    let mut limits = Limits::default();
    limits.stream_window = 16 << (10 + random.below(3));
    limits.connection_window = limits.stream_window << random.below(3);
    limits.stream_queue = 256 << random.below(9);
    limits
}

/// Sizes of messages: small ones, and some that are larger than any window.
fn sizes(random: &mut Seeded) -> Vec<usize> {
    let most = [64, 20_000, 200 << 10];
    let count = 1 + random.below(16);
    let sizes = (0..count).map(|_| {
        let most = most[random.below(3)];
        random.below(most)
    });
    sizes.collect()
}

/// Sends messages and receives them back; now and then it leaves before it has all of them.
async fn echo(channel: Channel, mut random: Seeded) {
    let (mut tx, mut rx) = begin(&channel, random.below(12)).await.expect("it begins");
    let sizes = sizes(&mut random);
    let send = async {
        for (n, size) in sizes.iter().enumerate() {
            tx.send(vec![n as u8; *size]).await.expect("it is read");
        }
        tx.finish();
        Ok(())
    };
    let receive = async {
        for (n, size) in sizes.iter().enumerate() {
            match random.below(64) {
                0 => return Err("it leaves"),
                1..8 => sleep(Duration::from_millis(1)).await,
                _ => {}
            }
            let message = rx.recv().await.expect("the stream goes on");
            assert!(message.expect("a message") == vec![n as u8; *size]);
        }
        assert_eq!(rx.recv().await.expect("a clean end"), None);
        Ok(())
    };
    let _ = tokio::try_join!(send, receive);
}

/// Many at a time.
async fn echoes(channels: &[Channel], random: &mut Seeded) {
    let mut streams = JoinSet::new();
    for _ in 0..2 + random.below(10) {
        let channel = channels[random.below(channels.len())].clone();
        streams.spawn(echo(channel, random.fork()));
    }
    while let Some(echoed) = streams.join_next().await {
        echoed.expect("it does not panic");
    }
}

/// Streams complete under each of these seeds, over the connections that `open` makes.
fn go_on(seeds: Range<u64>, open: impl Fn(&mut Seeded) -> Vec<Channel>) {
    let stand_still = |seed: &u64| {
        let mut random = Seeded::new(*seed);
        let mut runtime = Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build();
        let all = async {
            let channels = open(&mut random);
            let echoes = echoes(&channels, &mut random);
            timeout(Duration::from_secs(20), echoes).await
        };
        runtime.expect("a runtime").block_on(all).is_err()
    };
    let stand_still: Vec<u64> = seeds.filter(stand_still).collect();
    assert_eq!(stand_still, [], "the seeds under which they stand still");
}

#[test]
fn streams_go_on() {
    go_on(0..8, |random| vec![to(Echo::Here, random)]);
}

#[test]
fn streams_whose_messages_are_passed_on_go_on() {
    go_on(0..8, |random| {
        let last = to(Echo::Here, random);
        vec![to(Echo::Read(last), random)]
    });
}

#[test]
fn streams_that_are_passed_on_go_on() {
    go_on(0..8, |random| {
        let last = to(Echo::Here, random);
        vec![to(Echo::Passed(vec![last]), random)]
    });
}

#[test]
fn streams_that_are_passed_on_again_and_again_go_on() {
    go_on(0..8, |random| {
        let mut channel = to(Echo::Here, random);
        for _ in 0..2 + random.below(2) {
            channel = to(Echo::Passed(vec![channel]), random);
        }
        vec![channel]
    });
}

/// Connections that carry streams of several others, each on its own way.
#[test]
fn streams_on_ways_that_cross_go_on() {
    go_on(0..8, |random| {
        let last = [(); 2].map(|()| to(Echo::Here, random));
        let second = [(); 2].map(|()| to(Echo::Passed(last.to_vec()), random));
        let read = to(Echo::Read(second[0].clone()), random);
        let ways = [&last[..1], &second, &[read]].concat();
        let first = (0..3).map(|_| to(Echo::Passed(ways.clone()), random));
        first.collect()
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_are_passed_on_over_sockets_go_on() {
    for seed in 0..4 {
        let mut random = Seeded::new(seed);
        let last = to_socket(Echo::Here, &mut random).await;
        let first = [to_socket(Echo::Passed(vec![last]), &mut random).await];
        let echoes = echoes(&first, &mut random);
        let ended = timeout(Duration::from_secs(60), echoes).await;
        ended.unwrap_or_else(|_| panic!("they stand still under the seed {seed}"));
    }
}
