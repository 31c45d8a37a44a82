//! A server that streams are passed on to asks for more than there is: nobody else may have to wait for that.

use std::sync::Arc;
use std::time::Duration;

use sinew::protocol::{Connection, Event, Output};
use sinew::{Connect, Limits, Metadata, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::timeout;

use crate::moving::{Echo, begin, to};
use crate::seeded::Seeded;

/// Accepts a call, lets its stream go ahead for ever, and says nothing more of what comes.
async fn greedy(mut pipe: DuplexStream) {
    let mut core = Connection::server(Arc::new(Limits::default()), Duration::ZERO);
    let (mut input, mut called) = (Vec::new(), None);
    while pipe.read_buf(&mut input).await.is_ok_and(|read| read > 0) {
        if called.is_some() {
            input.clear();
            continue;
        }
        let mut rest = &input[..];
        while let Some(event) = core.receive(&mut rest, Duration::ZERO) {
            if let Event::Call(call) = event {
                called = Some(call.id);
            }
        }
        let left = rest.len();
        input.drain(..input.len() - left);
        let mut out = transmit(&mut core);
        if let Some(id) = called {
            // CREDIT with LEAD of call 0, up to 2⁴⁹ - 1.
            out.extend([7, 0, 0, 0x64, 0, 0, 0, 0]);
            out.extend([0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
            let accepted = core.accept(id, &Metadata::new(), Duration::ZERO);
            accepted.expect("it has no metadata");
            out.extend(transmit(&mut core));
        }
        pipe.write_all(&out).await.expect("somebody reads");
    }
}

fn transmit(core: &mut Connection) -> Vec<u8> {
    let mut out = Output::default();
    core.transmit(&mut out);
    out.concat()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_what_is_not_there_holds_up_nobody() {
    let mut limits = Limits::default();
    (limits.stream_window, limits.connection_window) = (16 << 10, 32 << 10);
    let (near, far) = tokio::io::duplex(4096);
    tokio::spawn(greedy(far));
    let behind = vec![
        Connect::new().over(near),
        to(Echo::Here, &mut Seeded::new(1)),
    ];
    let (near, far) = tokio::io::duplex(4096);
    let relay = Server::new().limits(limits.clone());
    tokio::spawn(relay.add(Echo::Passed(behind)).serve_connection(far));
    let channel = Connect::new().limits(limits).over(near);

    let (mut idle, _unread) = begin(&channel, 0).await.expect("it is accepted");
    let large = vec![7; 1 << 20];
    let echoed = async {
        // Of the first nothing has come so far, the second has a message behind it.
        for _ in 0..2 {
            let (mut tx, mut rx) = begin(&channel, 1).await.expect("it is accepted");
            tx.send(large.clone()).await.expect("it is read");
            assert!(rx.recv().await.expect("it goes on").as_ref() == Some(&large));
            idle.send(large.clone()).await.expect("it is read");
        }
    };
    timeout(Duration::from_secs(20), echoed)
        .await
        .expect("it moves");
}
