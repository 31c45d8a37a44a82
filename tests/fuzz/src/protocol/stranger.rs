//! A foreign peer on a transport: sends anything, in pieces, and reads when it likes.

use std::pin::pin;
use std::sync::LazyLock;
use std::task::Poll;
use std::time::Duration;

use sinew_promises::rpc::raw::Words;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::frames;
use crate::choices::Choices;

/// How many bytes a transport buffers in one direction.
pub(super) const ROOM: usize = 64 << 10;

/// An honest client's greeting and two of its calls: one is answered at once, one waits until it is cancelled.
static HONEST: LazyLock<[Words; 2]> = LazyLock::new(|| {
    let record = async {
        let echo = Words::of(|client| async move { drop(client.echo(vec![1; 40]).await) });
        let hold = Words::of(|client| async move { drop(client.hold(vec![2; 40]).await) });
        std::io::Result::Ok([echo.await?, hold.await?])
    };
    block_on(record).expect("a client says something")
});

/// Runs code that meets foreign peers.
pub(super) fn meet<T>(run: impl Future<Output = T>) -> T {
    LazyLock::force(&HONEST);
    block_on(run)
}

/// Runs code with a clock that stands still while there is something to do.
fn block_on<T>(run: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build();
    let runtime = runtime.expect("it needs nothing of the system");
    runtime.block_on(run)
}

pub(super) struct Stranger {
    io: DuplexStream,
    is_client: bool,
    /// What it has composed and not sent.
    words: Vec<u8>,
    /// How much it has read at a time.
    heard: Vec<usize>,
}

impl Stranger {
    pub(super) fn new(io: DuplexStream, is_client: bool) -> Self {
        let words = frames::greeting();
        let heard = Vec::new();
        Self {
            io,
            is_client,
            words,
            heard,
        }
    }

    /// Runs for a while. Returns what it has received, as far as that distinguishes runs.
    pub(super) async fn stay(&mut self, choices: &mut Choices<'_>) -> Vec<usize> {
        for _ in 0..1 + choices.below(40) {
            self.act(choices).await;
        }
        std::mem::take(&mut self.heard)
    }

    /// Takes one step, and lets the others react.
    async fn act(&mut self, choices: &mut Choices<'_>) {
        match choices.below(12) {
            0 | 1 => self.words.extend(frames::chosen(choices, self.is_client)),
            2 | 3 => self.words.extend(honest(choices)),
            4 => frames::harm(&mut self.words, choices),
            5..=7 => self.send(choices).await,
            8 => self.read().await,
            9 if choices.below(4) == 0 => drop(at_once(self.io.shutdown()).await),
            10 => {
                let pause = [20, 300, 3_000, 40_000][choices.below(4)];
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            _ => {}
        }
        // The clock advances once everybody is idle.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    async fn send(&mut self, choices: &mut Choices<'_>) {
        let most = choices.below(256) * 64;
        let piece = &self.words[..most.min(self.words.len())];
        // It may have been disconnected, or the other side does not read.
        if let Some(Ok(sent)) = at_once(self.io.write(piece)).await {
            self.words.drain(..sent);
        }
    }

    async fn read(&mut self) {
        let mut bytes = [0; 4096];
        if let Some(read) = at_once(self.io.read(&mut bytes)).await {
            self.heard.push(read.unwrap_or(usize::MAX));
        }
    }
}

/// A call like an honest client's, with an id that the foreign peer chooses.
fn honest(choices: &mut Choices<'_>) -> Vec<u8> {
    let words = &HONEST[choices.below(2)];
    let id = choices.below(5) as u32;
    match choices.below(2) {
        0 => words.call(id),
        _ => {
            let mut first = words.first.clone();
            first[4..8].copy_from_slice(&id.to_le_bytes());
            first
        }
    }
}

/// The result of a future that is ready at once.
async fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
