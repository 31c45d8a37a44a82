//! Sources of servers: some change their mind, fail, or name nobody.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sinew::balance::{Asked, Balancer, Candidate, Policy, Priority, Random, RoundRobin};
use sinew::discover::{Dns, Endpoint, File, List, Source};
use sinew::{Code, Connect, Limits, Phase, Reached, Result, Status};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use crate::fleet::{Node, calls, nodes, warm_up};
use crate::probe::ProbeClient;

/// A source controlled by the test.
pub struct Told(pub mpsc::UnboundedReceiver<Result<Vec<Endpoint>>>);

impl Source for Told {
    async fn next(&mut self) -> Result<Vec<Endpoint>> {
        match self.0.recv().await {
            Some(set) => set,
            None => std::future::pending().await,
        }
    }
}

fn told() -> (mpsc::UnboundedSender<Result<Vec<Endpoint>>>, ProbeClient) {
    let (tell, told) = mpsc::unbounded_channel();
    let balancer = Balancer::new(Told(told)).policy(RoundRobin::new());
    (tell, ProbeClient::new(balancer.channel()))
}

pub fn endpoints(nodes: &[Node]) -> Vec<Endpoint> {
    nodes
        .iter()
        .map(|node| Endpoint::new(&*node.address))
        .collect()
}

#[tokio::test]
async fn calls_wait_for_the_first_set_and_follow_the_next() {
    let nodes = nodes(3).await;
    let (tell, client) = told();
    let early = tokio::spawn(client.echo("early").owned());
    tell.send(Ok(endpoints(&nodes[..1]))).unwrap();
    assert_eq!(early.await.unwrap().unwrap(), b"early");
    // A call in flight at a server that is no longer named still finishes there.
    let waiting = tokio::spawn(client.wait().owned());
    nodes[0].probe.began(1).await;
    tell.send(Ok(endpoints(&nodes[1..]))).unwrap();
    warm_up(&client, &nodes[1..]).await;
    nodes[0].probe.inner.release.notify_waiters();
    waiting.await.unwrap().unwrap();
    calls(&nodes);
    for _ in 0..10 {
        client.divide(1, 1).await.unwrap();
    }
    assert_eq!(calls(&nodes), [0, 5, 5]);
}

/// Half of them change each time, and each is named twice.
#[tokio::test]
async fn thousands_of_servers_come_and_go() {
    const MANY: u32 = 10_000;
    let nodes = nodes(1).await;
    let (tell, told) = mpsc::unbounded_channel();
    let mut limits = Limits::default();
    limits.servers = 10_001;
    let balancer = Balancer::new(Told(told)).limits(limits);
    let balancer = balancer.policy(Priority::new(RoundRobin::new()));
    let client = ProbeClient::new(balancer.channel());
    for round in 0..4 {
        let fake = |number| Endpoint::new(format!("unix:/nowhere/{number}")).with_priority(1);
        let set = (0..MANY).map(|number| fake(number + round * MANY / 2));
        let set: Vec<Endpoint> = set.chain(endpoints(&nodes)).collect();
        tell.send(Ok([&set[..], &set].concat())).unwrap();
    }
    assert_eq!(client.echo("x").await.unwrap(), b"x");
}

#[tokio::test(start_paused = true)]
async fn failures_and_empty_sets_change_nothing() {
    let nodes = nodes(2).await;
    let (tell, client) = told();
    tell.send(Ok(endpoints(&nodes))).unwrap();
    warm_up(&client, &nodes).await;
    for _ in 0..20 {
        tell.send(Err(Status::unavailable("the registry is away")))
            .unwrap();
        tell.send(Ok(Vec::new())).unwrap();
    }
    // Longer than the balancer needs to take in all of it.
    for _ in 0..100 {
        client.divide(1, 1).await.unwrap();
        tokio::time::advance(Duration::from_secs(30)).await;
    }
    assert_eq!(calls(&nodes).iter().sum::<usize>(), 100);
}

#[tokio::test]
async fn without_any_set_calls_say_why() {
    let (tell, client) = told();
    tell.send(Err(
        Status::unavailable("the registry is away").with_reached(Reached::No)
    ))
    .unwrap();
    let status = client.divide(1, 1).await.unwrap_err();
    assert!(status.to_string().contains("registry"), "{status}");
    let (tell, client) = told();
    tell.send(Ok(Vec::new())).unwrap();
    let status = client.divide(1, 1).await.unwrap_err();
    assert!(status.to_string().contains("names none"), "{status}");
    let channel = Balancer::new(File::new(std::env::temp_dir())).channel();
    let status = ProbeClient::new(channel).echo("x").await.unwrap_err();
    assert!(status.message().contains("it is not a file"), "{status}");
    let channel = Balancer::new(Dns::new("no-such-host.invalid:1")).channel();
    let status = ProbeClient::new(channel).echo("x").await.unwrap_err();
    assert_eq!(
        (status.code(), status.reached(), status.phase()),
        (Code::Unavailable, Reached::No, Some(Phase::Resolve))
    );
}

#[tokio::test]
async fn a_name_is_all_of_its_addresses() {
    let nodes = nodes(1).await;
    let port = nodes[0].address.rsplit_once(':').unwrap().1;
    let source = Dns::new(format!("localhost:{port}")).every(Duration::from_millis(1));
    let client = ProbeClient::new(Balancer::new(source).channel());
    // `localhost` may have two addresses, of which only one is served here.
    for _ in 0..50 {
        client.divide(1, 1).await.unwrap();
    }
    assert_eq!(nodes[0].calls(), 50);
}

/// A look-up that fails does not wait for its next turn, neither at the start nor later.
#[tokio::test(start_paused = true)]
async fn a_name_that_is_not_found_is_asked_again_soon() {
    let mut source = Dns::new("no port").every(Duration::from_secs(3600));
    let begun = tokio::time::Instant::now();
    for _ in 0..3 {
        source.next().await.expect_err("it is no address");
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let mut source = Dns::new("127.0.0.1:1").every(Duration::from_secs(3600));
    for hours in 0..3 {
        assert_eq!(source.next().await.expect("it is one").len(), 1);
        let about = begun.elapsed().as_secs().abs_diff(hours * 3600);
        assert!(about <= hours * 361, "{about}");
    }
}

/// A file in its own folder, removed at the end.
struct Listed(PathBuf);

impl Listed {
    fn new(name: &str) -> Self {
        let unique = format!("sinew-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(unique);
        fs::create_dir_all(&folder).expect("a folder can be made");
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.join("servers")
    }

    /// Renames a new file over the old one.
    fn replace(&self, text: &str) {
        let next = self.0.join("next");
        fs::write(&next, text).expect("a file can be written");
        fs::rename(&next, self.path()).expect("a file can be renamed");
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[tokio::test]
async fn a_file_is_followed_and_what_is_no_good_is_not() {
    let nodes = nodes(3).await;
    let file = Listed::new("followed");
    file.replace(&format!("{} # the first\n", nodes[0].address));
    let source = File::new(file.path()).every(Duration::from_millis(1));
    let balancer = Balancer::new(source).policy(RoundRobin::new());
    let client = ProbeClient::new(balancer.channel());
    client.divide(1, 1).await.unwrap();
    assert_eq!(calls(&nodes), [1, 0, 0]);

    // Replaced by renaming: the others get the calls.
    file.replace(&format!("{}\n{}\n", nodes[1].address, nodes[2].address));
    loop {
        client.divide(1, 1).await.unwrap();
        if let [0, 1, _] | [0, _, 1] = calls(&nodes)[..] {
            break;
        }
    }
    // Invalid, empty, and missing files: the servers stay.
    file.replace("what is this?\n");
    for step in 0..3 {
        match step {
            0 => {}
            1 => file.replace(""),
            _ => fs::remove_file(file.path()).unwrap(),
        }
        for _ in 0..100 {
            client.divide(1, 1).await.unwrap();
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(calls(&nodes)[0], 0);
}

/// A source that fails first, and then returns the same set each time.
struct Hasty {
    address: String,
    asked: u32,
    seen: Arc<Notify>,
    again: Arc<Notify>,
}

impl Source for Hasty {
    async fn next(&mut self) -> Result<Vec<Endpoint>> {
        self.asked += 1;
        assert!(self.asked > 1, "it was not to be asked yet");
        if self.asked == 2 {
            // Printing a panic may take longer than the pause after it.
            self.seen.notified().await;
        }
        self.again.notify_one();
        Ok(vec![Endpoint::new(&*self.address)])
    }
}

/// On one thread, which such a source must not block.
#[tokio::test]
async fn a_source_may_panic_and_may_never_wait() {
    let nodes = nodes(1).await;
    let [seen, again] = [(); 2].map(|()| Arc::<Notify>::default());
    let source = Hasty {
        address: nodes[0].address.clone(),
        asked: 0,
        seen: seen.clone(),
        again: again.clone(),
    };
    let client = ProbeClient::new(Balancer::new(source).channel());
    let status = client.divide(1, 1).await.unwrap_err();
    assert!(status.to_string().contains("panicked"), "{status}");
    seen.notify_one();
    again.notified().await;
    for _ in 0..100 {
        client.divide(1, 1).await.unwrap();
    }
}

/// A source that fails a minute after each question, and records when it was asked.
struct Patient(mpsc::UnboundedSender<Instant>);

impl Source for Patient {
    async fn next(&mut self) -> Result<Vec<Endpoint>> {
        self.0.send(Instant::now()).ok();
        tokio::time::sleep(Duration::from_secs(60)).await;
        Err(Status::unavailable("still wrong"))
    }
}

/// A file that keeps alternating between valid and invalid must not be read less and less often.
#[tokio::test(start_paused = true)]
async fn a_source_that_waits_by_itself_is_asked_again_at_once() {
    let (tell, mut asked) = mpsc::unbounded_channel();
    let client = ProbeClient::new(Balancer::new(Patient(tell)).channel());
    let call = tokio::spawn(client.echo("x").owned());
    let begun = asked.recv().await.unwrap();
    for minutes in 1..10 {
        let late = asked.recv().await.unwrap() - begun - Duration::from_secs(60) * minutes;
        assert!(late < Duration::from_secs(1), "{late:?}");
    }
    call.await.unwrap().unwrap_err();
}

/// The result of a call to the servers of a file with this text.
async fn unusable(name: &str, text: &[u8]) -> Status {
    let file = Listed::new(name);
    fs::write(file.path(), text).expect("a file can be written");
    let channel = Balancer::new(File::new(file.path())).channel();
    let call = ProbeClient::new(channel).echo("x").await;
    call.expect_err("there is no server")
}

#[tokio::test]
async fn a_file_that_is_no_list_says_what_it_is() {
    let large = "\u{20ac}".repeat(1 << 19);
    for (name, text, why) in [
        ("empty", &b""[..], "it has no servers"),
        ("binary", b"a:1\n\xff\xfe\0", "it is not UTF-8"),
        ("large", large.as_bytes(), "it is above 1 MiB"),
    ] {
        let status = unusable(name, text).await;
        assert!(status.message().ends_with(why), "{status}");
    }
}

/// No server can be told the metadata, so none is tried: the first failure stands for all.
#[tokio::test]
async fn what_no_server_can_be_told_is_not_tried_with_each_of_them() {
    let picks = Arc::new(AtomicUsize::new(0));
    let connect = Connect::new().meta("who", "x".repeat(1 << 20));
    let servers = List::new((0..10_000).map(|number| format!("unix:/nowhere/{number}")));
    let balancer = Balancer::new(servers).connect(connect);
    let channel = balancer.policy(Counted(picks.clone())).channel();
    let status = ProbeClient::new(channel).echo("x").await.unwrap_err();
    assert_eq!(
        (status.code(), status.reached()),
        (Code::ResourceExhausted, Reached::No)
    );
    assert_eq!(picks.load(Ordering::Relaxed), 1);
}

/// Chooses any server, and counts how often it was asked.
struct Counted(Arc<AtomicUsize>);

impl Policy for Counted {
    fn pick(&self, call: &Asked<'_>, candidates: &[Candidate]) -> usize {
        self.0.fetch_add(1, Ordering::Relaxed);
        Random.pick(call, candidates)
    }
}
