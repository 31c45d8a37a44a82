//! A stream whose sending half moves to another task while its handler is polled.

use sinew::codegen::{Method, NamedService, no_such_method, reply_stream};
use sinew::{Call, Channel, Failure, Limits, Reply, Rx, Service, Status, Streaming, Tx};

use super::flow::{SumRequest, collect};
use super::probe::RunningFor;

static GIVE: Method = Method::streaming::<SumRequest, i64, Status, Status>("test.Giver", "give");

/// Sends some numbers itself and lets a task on another thread send the rest.
struct Giver;

#[derive(Clone)]
struct GiverClient(Channel);

impl From<Channel> for GiverClient {
    fn from(channel: Channel) -> Self {
        Self(channel)
    }
}

async fn give(mut numbers: Tx<i64>) -> Result<(), Status> {
    for number in 0..3 {
        numbers.send(number).await?;
    }
    let rest = tokio::spawn(async move {
        for number in 3..6 {
            numbers.ready().await?;
            numbers.send(number).await?;
        }
        Ok::<_, Status>(numbers)
    });
    // The task may run before this handler waits for it.
    let mut numbers = rest.await.expect("the task does not panic")?;
    numbers.send(6).await
}

impl NamedService for Giver {
    const NAMES: &'static [&'static str] = &["test.Giver"];
    const METHODS: &'static [&'static Method] = &[&GIVE];
}

impl Service for Giver {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        match call.index::<Self>() {
            Some(0) => {
                let (_, _, numbers) = call.accept::<SumRequest, _>(&GIVE)?;
                reply_stream::<Status, Status>(&GIVE, give(numbers).await.map_err(Failure::Call))
            }
            _ => Err(no_such_method(&call)),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_handler_sends_comes_before_what_is_sent_for_it() {
    let server = RunningFor::<GiverClient>::start(Giver, Limits::default()).await;
    let GiverClient(channel) = server.client().await;
    for _ in 0..100 {
        let call = Streaming::<_, Rx<i64>>::new(&channel, &GIVE, SumRequest {});
        let mut numbers = call.await.unwrap();
        assert_eq!(collect(&mut numbers).await.0, [0, 1, 2, 3, 4, 5, 6]);
    }
    drop(channel);
    server.stopped().await;
}
