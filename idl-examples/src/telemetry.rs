//! `telemetry`: a stream from a client, and streams to many followers, some of whom are slow.

use sinew::{Ctx, Rx, Server, Status, Tx};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::idl::telemetry::telemetry::FollowStreamError;
use crate::idl::telemetry::{
    Reading, Sample, Summary, Telemetry, TelemetryClient, TelemetryServer, TooSlow, WhenSlow,
};

/// Samples kept for slow followers. Those who fall further behind miss some.
const KEPT: usize = 1024;

/// Samples in the client's report.
const SAMPLES: u64 = 20_000;

/// Passes samples on to all followers without waiting for any.
#[derive(Debug)]
pub struct Hub {
    samples: broadcast::Sender<Sample>,
}

impl Telemetry for Hub {
    async fn report(
        &self,
        _cx: Ctx,
        sensor: String,
        mut values: Rx<f64>,
    ) -> Result<Summary, Status> {
        let mut summary = Summary::new(0);
        while let Some(value) = values.recv().await? {
            summary.samples += 1;
            summary.lowest = Some(summary.lowest.map_or(value, |lowest| lowest.min(value)));
            summary.highest = Some(summary.highest.map_or(value, |highest| highest.max(value)));
            // It is fine if nobody follows.
            let _ = self.samples.send(Sample::new(sensor.clone(), value));
        }
        Ok(summary)
    }

    async fn follow(
        &self,
        cx: Ctx,
        when_slow: WhenSlow,
        mut output: Tx<Reading>,
    ) -> Result<(), FollowStreamError> {
        let mut samples = self.samples.subscribe();
        output.open();
        loop {
            let sample = tokio::select! {
                sample = samples.recv() => sample,
                () = cx.draining() => return Err(Status::unavailable("the server stops").into()),
            };
            // While this waits for the follower, samples queue up in the channel, which is bounded.
            match sample {
                Ok(sample) => output.send(Reading::Sample(sample)).await?,
                Err(RecvError::Lagged(missed)) => match when_slow {
                    WhenSlow::Break => return Err(TooSlow::new(missed).into()),
                    _ => output.send(Reading::Skipped(missed)).await?,
                },
                Err(RecvError::Closed) => return Ok(()),
            }
        }
    }
}

/// A server that answers `telemetry.Telemetry`.
pub fn server() -> Server {
    let samples = broadcast::Sender::new(KEPT);
    Server::new().add(TelemetryServer::new(Hub { samples }))
}

/// Reports to the server at `address`, with one follower who reads all the time and two who sleep until the end.
///
/// # Errors
/// The status of the call that failed.
pub async fn client(address: String) -> Result<(), Status> {
    let telemetry = TelemetryClient::connect(address).await?;
    let quick = telemetry.follow(WhenSlow::Skip).await?;
    let skipping = telemetry.follow(WhenSlow::Skip).await?;
    let breaking = telemetry.follow(WhenSlow::Break).await?;
    let quick = tokio::spawn(follow(quick));

    let mut report = telemetry.report("thermometer").await?;
    for number in 0..SAMPLES {
        report.send(number as f64 / 100.0).await?;
    }
    let summary = report.finish().await?;
    println!("client: reported {} samples", summary.samples);

    let (seen, skipped) = quick
        .await
        .map_err(|_| Status::internal("a follower panicked"))?;
    println!("client: the quick follower knows of {}", seen + skipped);
    let (seen, skipped) = follow(skipping).await;
    println!("client: a slow one knows of {}", seen + skipped);
    println!("client: and has seen fewer: {}", seen < SAMPLES);
    let (_, missed) = follow(breaking).await;
    println!("client: the other slow one was cut off: {}", missed > 0);
    Ok(())
}

/// Reads until all samples are accounted for. Returns how many were received, and how many missed.
async fn follow(mut readings: Rx<Reading, FollowStreamError>) -> (u64, u64) {
    let (mut seen, mut skipped) = (0, 0);
    while seen + skipped < SAMPLES {
        match readings.recv().await {
            Ok(Some(Reading::Sample(_))) => seen += 1,
            Ok(Some(Reading::Skipped(missed))) => skipped += missed,
            Ok(Some(_)) => {}
            Err(FollowStreamError::TooSlow(error)) => return (seen, error.missed),
            Ok(None) | Err(_) => break,
        }
    }
    (seen, skipped)
}
