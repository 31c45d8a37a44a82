//! Connections whose task does not run for long.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use sinew::{Channel, Code, Reached, Server};
use tokio::time::advance;

use crate::probe::{Probe, ProbeClient};

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

/// Polls it once, so that nothing else runs meanwhile.
fn begin(work: impl Future) {
    let polled = pin!(work).poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
}
