//! Connections whose task does not run for long.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use sinew::{Channel, Code, Limits, Reached, Server};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, advance, sleep, sleep_until};

use crate::probe::{Probe, ProbeClient, code};

/// A runtime of one thread stands still while its thread does something else, and with it the connections that it drives. Calls
/// of other runtimes end by their deadlines all the same.
#[test]
fn deadlines_hold_while_the_runtime_of_the_connection_stands_still() {
    let runtime = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().start_paused(true).build().unwrap()
    };
    let (stands, runs) = (runtime(), runtime());
    let client = stands.block_on(async {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(Server::new().add(Probe::default()).serve_connection(far));
        let channel = Channel::over(near);
        let client = ProbeClient { channel };
        client.echo([1]).await.expect("a reply");
        client
    });
    let late = std::thread::spawn(move || {
        let late = runs.block_on(client.echo([2]).owned());
        drop(client);
        late
    });
    let late = late.join().unwrap().expect_err("nobody reads the call");
    assert_eq!(
        (late.code(), late.reached()),
        (Code::DeadlineExceeded, Reached::Maybe)
    );
    drop(stands);
}

/// A call has its time from when it begins, however long the task of its connection has not run by then.
#[tokio::test(start_paused = true)]
async fn a_connection_that_has_not_run_for_long_takes_no_time_from_calls() {
    let (near, far) = tokio::io::duplex(1 << 16);
    tokio::spawn(Server::new().add(Probe::default()).serve_connection(far));
    let channel = Channel::over(near);
    let client = ProbeClient { channel };
    for round in 0..3 {
        if round > 0 {
            // It is woken, and does not run before time has passed.
            begin(client.echo([0]));
        }
        begin(advance(Duration::from_secs(8)));
        let call = client.echo([round]).timeout(Duration::from_secs(5));
        assert_eq!(call.await.expect("there is time"), [round]);
    }
}

/// A task that has done as much in a row as tokio lets it cannot wait for a timer before it runs again: its handlers, or a large
/// message, have used that up. It is woken for the deadlines of its calls all the same.
#[tokio::test(start_paused = true)]
async fn deadlines_hold_on_a_connection_that_has_used_up_its_turn() {
    const HALF: Duration = Duration::from_millis(500);
    let (near, far) = tokio::io::duplex(1 << 16);
    let mut limits = Limits::default();
    limits.max_timeout = 2 * HALF;
    let server = Server::new().add(Probe::default()).limits(limits);
    let begun = Instant::now();
    let server = server.layer(move |call, next| async move {
        // Just when the first call ends, for whose deadline the timer has rung.
        sleep_until(begun + 2 * HALF).await;
        use_up_turn().await;
        next.run(call).await
    });
    tokio::spawn(server.serve_connection(far));
    let channel = Channel::over(near);
    let client = ProbeClient { channel };
    let late = async |after| {
        sleep(after).await;
        let ended = client.wait().timeout(40 * HALF).await;
        assert_eq!(code(ended), Code::DeadlineExceeded);
        let took = begun.elapsed() - after;
        assert!((2 * HALF..3 * HALF).contains(&took), "{took:?}");
    };
    tokio::join!(late(Duration::ZERO), late(HALF));
}

/// Does more in a row than tokio lets a task.
async fn use_up_turn() {
    let (tell, mut told) = unbounded_channel();
    (0..1_000).for_each(|number| tell.send(number).expect("it is there"));
    drop(tell);
    while told.recv().await.is_some() {}
}

/// Polls it once, so that nothing else runs meanwhile.
fn begin(work: impl Future) {
    let polled = pin!(work).poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
}
