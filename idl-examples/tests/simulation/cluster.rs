//! The hosts, the network between them, and the faults.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::time::Duration;

use idl_examples::idl::seats::{BoxOffice, BoxOfficeClient, BoxOfficeServer};
use sinew::balance::{Balancer, Eject};
use sinew::discover::List;
use sinew::{Connect, Ctx, Limits, Retries, Server, Status};
use turmoil::net::{TcpListener, TcpStream};
use turmoil::{Builder, Sim};

use crate::ledger::Ledger;

const SERVERS: [&str; 2] = ["office-1", "office-2"];
const CLIENTS: [&str; 3] = ["ann", "ben", "cleo"];
const PORT: u16 = 7000;
/// Requests per client.
const REQUESTS: u64 = 40;
/// Steps of 10 ms between two faults.
const CALM: u64 = 60;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Runs a cluster until all clients have their results.
pub(crate) fn run(seed: u64) -> Ledger {
    sinew::testing::seed(seed);
    let ledger = Ledger::default();
    let mut sim = Builder::new()
        .rng_seed(seed)
        .enable_random_order()
        .tick_duration(Duration::from_millis(10))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(40))
        .simulation_duration(Duration::from_secs(3600))
        .build();
    for server in SERVERS {
        let ledger = ledger.clone();
        sim.host(server, move || serve(ledger.clone()));
    }
    for (number, client) in (0..).zip(CLIENTS) {
        sim.client(client, call(number, ledger.clone()));
    }
    let mut trouble = Trouble::new(seed);
    let mut steps = 0;
    while !sim.step().expect("no host fails") {
        steps += 1;
        if steps % CALM == 0 {
            trouble.happen(&mut sim);
        }
    }
    ledger
}

/// Records what it does, after a delay.
struct Office(Ledger);

impl BoxOffice for Office {
    async fn book(&self, _cx: Ctx, request: u64) -> Result<u32, Status> {
        tokio::time::sleep(Duration::from_millis(request % 30)).await;
        let times = self.0.execute(request);
        tokio::time::sleep(Duration::from_millis(request % 70)).await;
        Ok(times)
    }

    async fn note(&self, cx: Ctx, request: u64) -> Result<(), Status> {
        self.book(cx, request).await.map(|_| ())
    }
}

/// Serves all connections in one task, because the order in which a crash drops several tasks depends on what else the
/// process has run.
async fn serve(ledger: Ledger) -> Outcome {
    let listener = TcpListener::bind(("0.0.0.0", PORT)).await?;
    let mut connections: Vec<Pin<Box<dyn Future<Output = ()>>>> = Vec::new();
    loop {
        let mut accepting = pin!(listener.accept());
        let accepted = poll_fn(|cx| {
            connections.retain_mut(|connection| connection.as_mut().poll(cx).is_pending());
            accepting.as_mut().poll(cx)
        });
        let (stream, _) = accepted.await?;
        let office = BoxOfficeServer::new(Office(ledger.clone()));
        let server = Server::new().add(office).limits(impatient());
        connections.push(Box::pin(server.serve_connection(stream)));
    }
}

async fn call(client: u64, ledger: Ledger) -> Outcome {
    let connect = Connect::new()
        .limits(impatient())
        .open_by(|address| async move { TcpStream::connect(&*address).await });
    let servers = SERVERS.map(|server| format!("{server}:{PORT}"));
    let channel = Balancer::new(List::new(servers))
        .connect(connect)
        .eject(Eject::never())
        .channel()
        .retry(Retries::new().budget(1.0, 1000));
    let office = BoxOfficeClient::new(channel);
    for number in 0..REQUESTS {
        let (request, idempotent) = (client * REQUESTS + number, number % 3 == 0);
        let patience = Duration::from_millis(400 + 20 * number);
        let result = match idempotent {
            true => office.note(request).timeout(patience).await,
            false => office.book(request).timeout(patience).await.map(|_| ()),
        };
        ledger.tell(request, idempotent, result);
        tokio::time::sleep(Duration::from_millis(10 * (request % 9))).await;
    }
    Ok(())
}

/// Silent peers are given up soon, so that calls fail because of broken connections too, not only because of deadlines.
fn impatient() -> Limits {
    let mut limits = Limits::default();
    limits.keepalive = Duration::from_millis(300);
    limits.keepalive_answer = Duration::from_millis(300);
    limits.dial = Duration::from_millis(300);
    limits.handshake = Duration::from_millis(300);
    limits
}

/// Causes one fault after the other, each repaired before the next.
struct Trouble {
    dice: u64,
    mend: Option<Mend>,
}

enum Mend {
    Repair(&'static str, &'static str),
    Release(&'static str, &'static str),
    Bounce,
}

impl Trouble {
    fn new(seed: u64) -> Self {
        Self {
            dice: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            mend: None,
        }
    }

    fn happen(&mut self, sim: &mut Sim<'_>) {
        match self.mend.take() {
            Some(Mend::Repair(client, server)) => sim.repair(client, server),
            Some(Mend::Release(client, server)) => sim.release(client, server),
            Some(Mend::Bounce) => SERVERS.iter().for_each(|server| sim.bounce(*server)),
            None => {}
        }
        let (client, server) = (CLIENTS[self.roll(3)], SERVERS[self.roll(2)]);
        match self.roll(6) {
            0 => {
                sim.partition(client, server);
                self.mend = Some(Mend::Repair(client, server));
            }
            1 => {
                sim.partition_oneway(client, server);
                self.mend = Some(Mend::Repair(client, server));
            }
            2 => {
                sim.partition_oneway(server, client);
                self.mend = Some(Mend::Repair(client, server));
            }
            3 => {
                sim.hold(client, server);
                self.mend = Some(Mend::Release(client, server));
            }
            4 => {
                SERVERS.iter().for_each(|server| sim.crash(*server));
                self.mend = Some(Mend::Bounce);
            }
            _ => sim.bounce(server),
        }
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.dice = self
            .dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) as usize % sides
    }
}
