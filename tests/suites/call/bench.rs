//! `sinew bench`: what it counts. Latencies are not checked, except that they are there and ascending.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;

use idl_examples::idl::hello::{Greeter, GreeterServer, Person};
use serde_json::{Value, json};
use sinew::{Ctx, Server, Status};
use sinew_tests::cases::repository;
use tokio::runtime::Runtime;

use super::Places;

/// Runs the command in the folder of the call cases.
fn run(places: &Places, args: &str) -> Output {
    let mut command = places.command(&format!("bench {args}"));
    command.current_dir(repository().join("tests/calls"));
    command.output().expect("the command can be run")
}

/// The results as JSON, after checking the exit code.
fn counted(places: &Places, args: &str, exit: i32) -> Value {
    let output = run(places, &format!("{args} --json"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit), "{stderr}");
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

#[test]
fn each_call_is_counted() {
    let places = Places::new("bench");
    let greet = "{hello} Greeter.greet --schema {idl} -d {\"who\":{\"name\":\"Ada\"}}";
    for options in [
        "-n 300",
        "-n 300 -c 7 --connections 3",
        "-n 300 -r 10000 -c 300",
        "-n 300 -z 1h",
    ] {
        let found = counted(&places, &format!("{greet} {options}"), 0);
        assert_eq!(
            (&found["calls"], &found["answered"]),
            (&300.into(), &300.into()),
            "{options}"
        );
        let times = ["min", "p50", "p90", "p99", "p99.9", "max"];
        let times = times.map(|name| found["latency_ns"][name].as_u64().expect("it is there"));
        assert!(times[0] > 0 && times.is_sorted(), "{times:?}");
    }
}

#[test]
fn requests_take_turns_and_exceptions_have_names() {
    let requests = Path::new(env!("CARGO_TARGET_TMPDIR")).join("requests");
    let lines = [
        "{\"dividend\": 17, \"divisor\": 5}\n",
        "{\"dividend\": 17, \"divisor\": 0}\n",
    ];
    fs::write(&requests, lines.concat()).expect("it can be written");
    let divide = "{calculator} Calculator.divide --schema {idl} -n 100";
    let divide = format!("{divide} --requests {}", requests.display());
    let found = counted(&Places::new("bench-divide"), &divide, 1);
    assert_eq!(found["answered"], 50);
    assert_eq!(found["thrown"], json!({"division_by_zero": 50}));
}

#[test]
fn streams_are_calls_until_they_end() {
    let places = Places::new("bench-streams");
    let report = "{telemetry} Telemetry.report --schema {idl} -d {\"sensor\":\"attic\"} --messages streams/upload/values -n 20";
    assert_eq!(counted(&places, report, 0)["answered"], 20);
    // One part, of one file.
    let sources = "{told/hello} Reflect.sources --schema {runtime_idl} -n 20";
    let found = counted(&places, sources, 0);
    assert_eq!(
        (&found["answered"], &found["messages"]),
        (&20.into(), &20.into())
    );
}

#[test]
fn the_schema_may_be_that_of_the_server() {
    let greet = "{told/hello} Greeter.greet -d {\"who\":{\"name\":\"Ada\"}} -n 10";
    assert_eq!(
        counted(&Places::new("bench-told"), greet, 0)["answered"],
        10
    );
}

/// The other calls go on, and failed ones are not retried.
#[test]
fn failures_are_counted_by_their_codes() {
    let add = "{hello} Calculator.add --schema {idl} -d {\"a\":1,\"b\":2} -n 30 -c 3";
    let places = Places::new("bench-failures");
    let found = counted(&places, add, 1);
    assert_eq!(
        (&found["calls"], &found["answered"]),
        (&30.into(), &0.into())
    );
    assert_eq!(found["failed"], json!({"UNIMPLEMENTED": 30}));
    assert_eq!(found["latency_ns"], Value::Null);
    let output = run(&places, add);
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .collect();
    assert_eq!(lines[0][..2], ["calls", "30"], "{text}");
    assert_eq!(lines[1], ["answered", "0"], "{text}");
    assert_eq!(lines[2][..3], ["failed", "30", "UNIMPLEMENTED:"], "{text}");
    assert_eq!(lines.len(), 3, "{text}");
}

/// Calls in flight are not counted.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_with_what_has_come() {
    struct Counts(mpsc::SyncSender<()>);

    impl Greeter for Counts {
        async fn greet(&self, _cx: Ctx, _who: Person) -> Result<String, Status> {
            match self.0.try_send(()) {
                Ok(()) => Ok(String::new()),
                // By now the test knows that the run goes on.
                Err(_) => std::future::pending().await,
            }
        }
    }

    let (called, calls) = mpsc::sync_channel(10);
    let runtime = Runtime::new().expect("there are threads");
    let server = Server::new().add(GreeterServer::new(Counts(called)));
    let listening = runtime
        .block_on(server.bind("127.0.0.1:0"))
        .expect("a port is free");
    let greet = format!(
        "bench {} Greeter.greet --schema {{idl}} -d {{\"who\":{{\"name\":\"Ada\"}}}} -c 2 -z 1h --json",
        listening.local_addr()
    );
    runtime.spawn(listening.run());
    let mut command = Places::new("bench-interrupted").command(&greet);
    let bench = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command can be run");
    (0..10).for_each(|_| calls.recv().expect("it is called"));
    let interrupted = Command::new("kill")
        .args(["-INT", &bench.id().to_string()])
        .status();
    assert!(interrupted.expect("there is such a command").success());
    let output = bench.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    let found: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert!(
        found["answered"].as_u64().is_some_and(|calls| calls >= 8),
        "{found}"
    );
}
