//! A real process that is told to end while it answers a call.

#![cfg(unix)]
#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

#[path = "rpc/probe.rs"]
mod probe;

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use sinew::layer::Next;
use sinew::{Call, Channel, Server, signal};

use probe::{Probe, ProbeClient};

/// Set in the process that is the server.
const SERVER: &str = "SINEW_TEST_SIGNAL_SERVER";
const TEST: &str = "a_server_that_is_told_to_end_finishes_its_calls";

/// This test is both programs: it starts itself as the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_end_finishes_its_calls() {
    if std::env::var_os(SERVER).is_some() {
        return serve().await;
    }
    for signal in ["TERM", "INT"] {
        let (mut server, mut lines) = start();
        let address = said(&mut lines, "listening on ");
        let channel = Channel::connect(address).await.expect("it listens");
        let client = ProbeClient { channel };
        let call = tokio::spawn(client.echo("in flight").owned());
        said(&mut lines, "a call has begun");

        let kill = format!("kill -{signal} {}", server.0.id());
        let killed = Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.expect("there is a shell").success());
        let echo = call.await.expect("no panic");
        assert_eq!(echo.expect("the call finishes"), b"in flight", "{signal}");
        let status = server.0.wait().expect("it runs");
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}

/// Answers calls only once the server drains.
async fn serve() {
    let late = |call: Call, next: Next| async move {
        println!("\na call has begun");
        call.cx.draining().await;
        next.run(call).await
    };
    let server = Server::new().add(Probe::default()).layer(late);
    let listening = server.bind("127.0.0.1:0").await.expect("a port is free");
    let told = signal::terminated().expect("signals can be watched");
    println!("\nlistening on {}", listening.local_addr());
    listening.run_until(told).await;
}

/// A server process that does not outlive a failing test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Normally it has ended already.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn start() -> (Running, Lines<BufReader<ChildStdout>>) {
    let program = std::env::current_exe().expect("this is a program");
    let mut command = Command::new(program);
    command.args([TEST, "--exact", "--nocapture"]);
    command.env(SERVER, "1").stdout(Stdio::piped());
    let mut server = command.spawn().expect("it can be run again");
    let output = server.stdout.take().expect("its output is piped");
    (Running(server), BufReader::new(output).lines())
}

/// The rest of the next line that starts with `beginning`.
fn said(lines: &mut Lines<BufReader<ChildStdout>>, beginning: &str) -> String {
    lines
        .map(|line| line.expect("text"))
        .find_map(|line| line.strip_prefix(beginning).map(str::to_owned))
        .expect("the server says so")
}
