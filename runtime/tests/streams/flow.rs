//! A service with streams of every shape, hand-written as the compiler would generate it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sinew::codegen::{Method, NamedService, no_such_method, reply, reply_stream};
use sinew::{Call, Channel, Ctx, Failure, Reply, Rx, Service, Status, Streaming, Tx, Upload};
use tokio::sync::Notify;

/// A server of a [`Flow`].
pub type Running = super::probe::RunningFor<FlowClient>;

mod schema {
    use super::super::probe::{errors, record};
    use sinew::codegen::*;
    use sinew::*;
    record!("test.CountRequest", CountRequest { 1 from: i64, 2 to: i64 });
    record!("test.SumRequest", SumRequest {});
    record!("test.ShoutRequest", ShoutRequest { 1 suffix: String });
    record!("test.HoldRequest", HoldRequest { 1 open: i64 });
    record!("test.BlobsRequest", BlobsRequest { 1 size: i64, 2 count: i64 });
    record!("test.Backwards", Backwards { 1 from: i64 });
    record!("test.Unlucky", Unlucky { 1 number: i64 });
    record!("test.Negative", Negative { 1 number: i64 });
    errors!("test.CountError", CountError { 1 Backwards: Backwards });
    errors!("test.CountStreamError", CountStreamError { 1 Unlucky: Unlucky });
    errors!("test.SumError", SumError { 1 Negative: Negative });
}
pub use schema::*;

pub static COUNT: Method =
    Method::streaming::<CountRequest, i64, CountError, CountStreamError>("test.Flow", "count");
pub static SUM: Method =
    Method::unary::<SumRequest, i64, SumError>("test.Flow", "sum").takes::<i64>();
pub static SHOUT: Method =
    Method::streaming::<ShoutRequest, String, Status, Status>("test.Flow", "shout")
        .takes::<String>();
pub static HOLD: Method =
    Method::streaming::<HoldRequest, i64, Status, Status>("test.Flow", "hold").takes::<i64>();
pub static BLOBS: Method =
    Method::streaming::<BlobsRequest, Vec<u8>, Status, Status>("test.Flow", "blobs");
pub static BRIEF: Method =
    Method::streaming::<SumRequest, i64, Status, Status>("test.Flow", "brief")
        .timeout(2_000_000_000);

#[derive(Clone, Debug)]
pub struct FlowClient {
    pub channel: Channel,
}

impl From<Channel> for FlowClient {
    fn from(channel: Channel) -> Self {
        Self { channel }
    }
}

impl FlowClient {
    pub fn new(service: impl Service) -> Self {
        Self {
            channel: Channel::new(service),
        }
    }

    pub fn count(
        &self,
        from: i64,
        to: i64,
    ) -> Streaming<'_, CountRequest, Rx<i64, CountStreamError>, CountError> {
        Streaming::new(&self.channel, &COUNT, CountRequest { from, to })
    }

    pub fn sum(&self) -> Streaming<'_, SumRequest, Upload<i64, i64, SumError>, SumError> {
        Streaming::new(&self.channel, &SUM, SumRequest {})
    }

    pub fn shout(&self, suffix: &str) -> Streaming<'_, ShoutRequest, (Tx<String>, Rx<String>)> {
        let suffix = suffix.to_owned();
        Streaming::new(&self.channel, &SHOUT, ShoutRequest { suffix })
    }

    pub fn hold(&self, open: bool) -> Streaming<'_, HoldRequest, (Tx<i64>, Rx<i64>)> {
        let open = i64::from(open);
        Streaming::new(&self.channel, &HOLD, HoldRequest { open })
    }

    pub fn blobs(&self, size: i64, count: i64) -> Streaming<'_, BlobsRequest, Rx<Vec<u8>>> {
        Streaming::new(&self.channel, &BLOBS, BlobsRequest { size, count })
    }

    pub fn brief(&self) -> Streaming<'_, SumRequest, Rx<i64>> {
        Streaming::new(&self.channel, &BRIEF, SumRequest {})
    }
}

/// The implementation, and what tests can observe of it.
#[derive(Clone, Default)]
pub struct Flow {
    pub inner: Arc<FlowInner>,
}

#[derive(Default)]
pub struct FlowInner {
    /// Messages that `count` has sent.
    pub sent: AtomicUsize,
    /// Handlers of `hold` that have begun, and those that are gone.
    pub began: AtomicUsize,
    pub gone: AtomicUsize,
    /// Notified when any of them changes.
    pub changed: Notify,
}

impl Flow {
    pub async fn until(&self, reached: impl Fn(&FlowInner) -> bool) {
        loop {
            let changed = self.inner.changed.notified();
            if reached(&self.inner) {
                return;
            }
            changed.await;
        }
    }

    pub async fn began(&self, count: usize) {
        self.until(|inner| inner.began.load(Ordering::SeqCst) >= count)
            .await;
    }

    pub async fn gone(&self, count: usize) {
        self.until(|inner| inner.gone.load(Ordering::SeqCst) >= count)
            .await;
    }

    /// Counts up; 13 breaks the stream, 666 panics.
    async fn count(
        &self,
        from: i64,
        to: i64,
        mut numbers: Tx<i64>,
    ) -> Result<(), Failure<CountError, CountStreamError>> {
        if to < from {
            return Err(Failure::Call(CountError::Backwards(Backwards { from })));
        }
        for number in from..=to {
            match number {
                13 => {
                    let unlucky = Unlucky { number };
                    return Err(Failure::Stream(CountStreamError::Unlucky(unlucky)));
                }
                404 => return Err(Status::not_found("404").into()),
                666 => panic!("the number of the beast"),
                _ => numbers.send(number).await?,
            }
            self.inner.sent.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Adds up; a negative number is refused at once, and 100 is enough.
    pub async fn sum(&self, mut numbers: Rx<i64>) -> Result<i64, SumError> {
        let mut sum = 0;
        while let Some(number) = numbers.recv().await? {
            if number < 0 {
                return Err(SumError::Negative(Negative { number }));
            }
            sum += number;
            if number == 100 {
                break;
            }
        }
        Ok(sum)
    }

    pub async fn shout(
        &self,
        suffix: String,
        mut words: Rx<String>,
        mut loud: Tx<String>,
    ) -> Result<(), Status> {
        while let Some(word) = words.recv().await? {
            loud.send(word.to_uppercase() + &suffix).await?;
        }
        Ok(())
    }

    /// Does nothing until it is dropped or the server drains.
    async fn hold(&self, cx: Ctx, open: bool, mut out: Tx<i64>) -> Result<(), Status> {
        struct Gone<'a>(&'a FlowInner);
        impl Drop for Gone<'_> {
            fn drop(&mut self) {
                self.0.gone.fetch_add(1, Ordering::SeqCst);
                self.0.changed.notify_waiters();
            }
        }
        let _gone = Gone(&self.inner);
        if open {
            out.open();
        }
        self.inner.began.fetch_add(1, Ordering::SeqCst);
        self.inner.changed.notify_waiters();
        cx.draining().await;
        out.send(-1).await
    }

    async fn blobs(&self, size: i64, count: i64, mut out: Tx<Vec<u8>>) -> Result<(), Status> {
        for n in 0..count {
            out.send(vec![n as u8; size as usize]).await?;
            self.inner.sent.fetch_add(1, Ordering::SeqCst);
            self.inner.changed.notify_waiters();
        }
        Ok(())
    }

    async fn brief(&self, cx: Ctx, mut out: Tx<i64>) -> Result<(), Status> {
        let left = cx
            .time_left()
            .map_or(-1, |left| left.as_secs_f64().round() as i64);
        out.send(left).await?;
        std::future::pending().await
    }
}

impl NamedService for Flow {
    const NAMES: &'static [&'static str] = &["test.Flow"];
    const METHODS: &'static [&'static Method] = &[&COUNT, &SUM, &SHOUT, &HOLD, &BLOBS, &BRIEF];
}

impl Service for Flow {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        match call.index::<Self>() {
            Some(0) => {
                let (_, request, numbers) = call.accept::<CountRequest, _>(&COUNT)?;
                let end = self.count(request.from, request.to, numbers).await;
                reply_stream(&COUNT, end)
            }
            Some(1) => {
                let (_, _, numbers) = call.accept::<SumRequest, _>(&SUM)?;
                reply(&SUM, self.sum(numbers).await)
            }
            Some(2) => {
                let (_, request, (words, loud)) = call.accept::<ShoutRequest, _>(&SHOUT)?;
                let end = self.shout(request.suffix, words, loud).await;
                reply_stream::<Status, Status>(&SHOUT, end.map_err(Failure::Call))
            }
            Some(3) => {
                let (cx, request, (_idle, out)) =
                    call.accept::<HoldRequest, (Rx<i64>, Tx<i64>)>(&HOLD)?;
                let end = self.hold(cx, request.open != 0, out).await;
                reply_stream::<Status, Status>(&HOLD, end.map_err(Failure::Call))
            }
            Some(4) => {
                let (_, request, out) = call.accept::<BlobsRequest, _>(&BLOBS)?;
                let end = self.blobs(request.size, request.count, out).await;
                reply_stream::<Status, Status>(&BLOBS, end.map_err(Failure::Call))
            }
            Some(5) => {
                let (cx, _, out) = call.accept::<SumRequest, _>(&BRIEF)?;
                let end = self.brief(cx, out).await;
                reply_stream::<Status, Status>(&BRIEF, end.map_err(Failure::Call))
            }
            _ => Err(no_such_method(&call)),
        }
    }
}

/// The remaining messages of a stream.
pub async fn collect<T: sinew::Wire, E: sinew::codegen::MethodError>(
    rx: &mut Rx<T, E>,
) -> (Vec<T>, Result<(), E>) {
    let mut all = Vec::new();
    loop {
        match rx.recv().await {
            Ok(Some(message)) => all.push(message),
            Ok(None) => return (all, Ok(())),
            Err(error) => return (all, Err(error)),
        }
    }
}
