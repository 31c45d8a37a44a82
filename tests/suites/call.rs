//! `sinew call`, `sinew bench` and other commands that use a server's schema: their output and exit codes, against the
//! example servers.
//!
//! A case is a folder `tests/calls/<group>/<case>` with the arguments in `args`, and maybe `stdin`. In the arguments
//! `{idl}` is the folder of the examples' schemas, `{certs}` that of certificates, `{hello}` the address of that
//! example's server, and `{told/NAME}` that of a server which publishes a schema from `call/told.rs`.

#[path = "call/bench.rs"]
mod bench;
#[path = "call/told.rs"]
mod told;

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use idl_examples::idl::SOURCES;
use idl_examples::{calculator, chat, hello, shop, telemetry, tls};
use sinew::health::{Reporter, Serving};
use sinew::{Limits, Server};
use sinew_tests::cases::{Case, cases, copy, repository};
use sinew_tests::snapshot::assert_snapshots;
use tokio::runtime::Runtime;

/// The values of the placeholders.
struct Places {
    names: Vec<(&'static str, String)>,
    /// Runs the servers.
    _runtime: Runtime,
}

impl Places {
    /// Starts servers for one test, with certificates in a folder of its own.
    fn new(name: &str) -> Self {
        let health = Reporter::new();
        health.set("telemetry.Telemetry", Serving::Serving);
        health.set("telemetry.Attic", Serving::NotServing);
        let told = telemetry::server().add(health.service()).add_reflection();
        let runtime = Runtime::new().expect("there are threads");
        let idl = repository().join("idl-examples/idl");
        let certs = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("certs")
            .join(name);
        let (ledger, _) = tls::server(&certs).expect("certificates can be made");
        let runtime_idl = repository().join("runtime/idl");
        let mut names = vec![
            ("{idl}", idl.display().to_string()),
            ("{certs}", certs.display().to_string()),
            ("{runtime_idl}", runtime_idl.display().to_string()),
        ];
        let servers: [(_, Server); 7] = [
            ("{hello}", hello::server()),
            ("{calculator}", calculator::server()),
            ("{chat}", chat::server().add_reflection_with([SOURCES])),
            ("{telemetry}", told),
            ("{ledger}", ledger),
            ("{shop}", shop::server()),
            ("{endless}", told::endless()),
        ];
        for (name, server) in servers.into_iter().chain(told::servers()) {
            let listening = runtime.block_on(server.bind("127.0.0.1:0"));
            let listening = listening.expect("a port is free");
            names.push((name, listening.local_addr().to_string()));
            runtime.spawn(listening.run());
        }
        Self {
            names,
            _runtime: runtime,
        }
    }

    /// The command with these arguments.
    fn command(&self, args: &str) -> Command {
        let fill = |args: String, (name, place): &(&str, String)| args.replace(name, place);
        let args = self.names.iter().fold(args.to_owned(), fill);
        let mut command = Command::new(env!("CARGO_BIN_EXE_sinew"));
        command.args(args.split_whitespace()).env("NO_COLOR", "1");
        // The system's trusted authorities, for `--tls`.
        let root = fill("{certs}/root.pem".to_owned(), &self.names[1]);
        command
            .env("SSL_CERT_FILE", root)
            .env_remove("SSL_CERT_DIR");
        command
    }

    /// The text with placeholders instead of their values.
    fn named(&self, text: &[u8]) -> String {
        let hide = |text: String, (name, place): &(&str, String)| text.replace(place, name);
        let text = String::from_utf8_lossy(text).into_owned();
        self.names.iter().fold(text, hide)
    }

    fn run(&self, case: &Case) -> String {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("calls")
            .join(&case.name);
        _ = fs::remove_dir_all(&folder);
        copy(&case.path, &folder);
        let args = fs::read_to_string(folder.join("args")).expect("a case has arguments");
        let stdin = match File::open(folder.join("stdin")) {
            Ok(file) => Stdio::from(file),
            Err(_) => Stdio::null(),
        };
        let mut command = self.command(&args);
        let output = command.current_dir(&folder).stdin(stdin).output();
        let output = output.expect("the command can be run");
        let code = output.status.code().expect("it is not killed");
        let (stdout, stderr) = (self.named(&output.stdout), self.named(&output.stderr));
        format!("$ sinew {args}exit: {code}\n-- stdout --\n{stdout}-- stderr --\n{stderr}")
    }
}

#[test]
fn calls_do_what_their_snapshots_say() {
    let places = Places::new("snapshots");
    assert_snapshots(&cases("calls"), |case| places.run(case));
}

/// The error on a system without trusted authorities.
#[test]
fn a_system_may_trust_nobody() {
    let balance = "call {ledger} Ledger.balance --schema {idl} --tls";
    let mut command = Places::new("nobody").command(balance);
    let output = command.env("SSL_CERT_FILE", "/nowhere/roots.pem").output();
    let output = output.expect("the command can be run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let said = "error: this system has no authorities that are trusted";
    assert!(stderr.starts_with(said), "{stderr}");
    assert!(stderr.ends_with("; give them by `--ca FILE`\n"), "{stderr}");
    assert_eq!(output.status.code(), Some(1));
}

/// The timeout covers all requests together.
#[test]
fn what_one_answer_takes_the_next_one_lacks() {
    let ask = "call {told/slow} hello.Greeter.greet -t 2s";
    let output = Places::new("slow").command(ask).output();
    let output = output.expect("the command can be run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.starts_with("error: DEADLINE_EXCEEDED"), "{stderr}");
    assert_eq!(output.status.code(), Some(68));
}

/// Larger than servers send by default.
#[test]
fn large_replies_come() {
    let mut limits = Limits::default();
    limits.message = 12 << 20;
    let runtime = Runtime::new().expect("there are threads");
    let listening = runtime.block_on(hello::server().limits(limits).bind("127.0.0.1:0"));
    let listening = listening.expect("a port is free");
    let greet = format!(
        "call {} Greeter.greet --schema {{idl}} -d @who.json",
        listening.local_addr()
    );
    runtime.spawn(listening.run());
    let name = "x".repeat(10 << 20);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large");
    fs::create_dir_all(&folder).expect("it can be made");
    let who = format!("{{\"who\": {{\"name\": \"{name}\"}}}}");
    fs::write(folder.join("who.json"), who).expect("it can be written");
    let mut command = Places::new("large").command(&greet);
    let output = command.current_dir(&folder).output();
    let output = output.expect("the command can be run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert!(output.stdout == format!("\"Hello, {name}!\"\n").into_bytes());
}

/// The reply's metadata, and the duration of the call.
#[test]
fn more_is_said_where_it_is_asked_for() {
    let greet =
        "call {hello} Greeter.greet --schema {idl} -v -m trace=7 -d {\"who\":{\"name\":\"Ada\"}}";
    let output = Places::new("more").command(greet).output();
    let output = output.expect("the command can be run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert!(
        stderr.starts_with("note: ") && stderr.ends_with("s\n"),
        "{stderr}"
    );
}

/// A stream's metadata, from before its messages and from its end.
#[test]
fn so_it_is_of_a_stream() {
    let server = hello::server().add_reflection_with([SOURCES]);
    let server = server.layer(|call, next| async move {
        call.cx.reply_meta("when", "before");
        let mut reply = next.run(call).await?;
        reply.metadata.append("when", "after");
        Ok(reply)
    });
    let runtime = Runtime::new().expect("there are threads");
    let listening = runtime.block_on(server.bind("127.0.0.1:0"));
    let listening = listening.expect("a port is free");
    let sources = format!(
        "call {} Reflect.sources --schema {{runtime_idl}} -v",
        listening.local_addr()
    );
    runtime.spawn(listening.run());
    let output = Places::new("beside").command(&sources).output();
    let output = output.expect("the command can be run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let said = "note: when: before\nnote: when: after\nnote: ";
    assert!(stderr.starts_with(said), "{stderr}");
}

/// Server and client both watch the deadline, and either may notice it first.
#[test]
fn a_call_takes_no_longer_than_it_may() {
    let follow = "call {telemetry} Telemetry.follow --schema {idl} -t 1s";
    let output = Places::new("late").command(follow).output();
    let output = output.expect("the command can be run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let said = "error: DEADLINE_EXCEEDED: the deadline has passed";
    assert!(stderr.starts_with(said), "{stderr}");
    assert_eq!(
        (output.status.code(), &output.stdout[..]),
        (Some(68), &b""[..])
    );
}

/// Nor does a schema that never ends.
#[test]
fn a_schema_takes_no_longer_than_it_may() {
    let ask = "call {told/silent} hello.Greeter.greet -t 1s";
    let output = Places::new("silent").command(ask).output();
    let output = output.expect("the command can be run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.starts_with("error: DEADLINE_EXCEEDED"), "{stderr}");
    assert_eq!(output.status.code(), Some(68));
}

/// `sinew call … | less`: the reader pauses for longer than a connection may be silent.
#[test]
fn a_stream_waits_for_who_reads_its_lines() {
    let places = Places::new("less");
    let sources = "call {endless} Reflect.sources --schema {runtime_idl}";
    let mut sources = places.command(sources).stdout(Stdio::piped()).spawn();
    let sources = sources.as_mut().expect("the command can be run");
    let mut lines = BufReader::new(sources.stdout.take().expect("it is piped"));
    let mut read = |count| {
        let lines = (&mut lines).lines().take(count);
        lines.map_while(Result::ok).count()
    };
    assert_eq!(read(1), 1);
    let later = places
        .command("call {told/silent} Reflect.sources --schema {runtime_idl} -t 2s")
        .output()
        .expect("the command can be run");
    assert_eq!(later.status.code(), Some(68));
    // More than was in flight.
    assert_eq!(read(16), 16);
    sources.kill().expect("it still runs");
    sources.wait().expect("it was killed");
}

/// `sinew call … | head -1` ends.
#[test]
fn a_stream_ends_when_nobody_reads_its_lines() {
    let places = Places::new("stream");
    let follow = places
        .command("call {telemetry} Telemetry.follow --schema {idl}")
        .stdout(Stdio::piped())
        .spawn();
    let mut follow = follow.expect("the command can be run");
    let mut lines = BufReader::new(follow.stdout.take().expect("it is piped"));
    let report = || {
        let report = "call {telemetry} Telemetry.report --schema {idl} -d {\"sensor\":\"attic\"} --messages values";
        let folder = repository().join("tests/calls/streams/upload");
        let status = places
            .command(report)
            .current_dir(folder)
            .stdout(Stdio::null())
            .status();
        assert!(status.expect("the command can be run").success());
    };
    // The client may not have subscribed yet.
    let first = std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            let mut line = String::new();
            lines.read_line(&mut line).expect("it is text");
            line
        });
        while !first.is_finished() {
            report();
        }
        first.join().expect("it is read")
    });
    // Either of the two reports: the client may have subscribed between them.
    let either = [1.5, -2.0]
        .map(|value| format!("{{\"sample\": {{\"sensor\": \"attic\", \"value\": {value:?}}}}}\n"));
    assert!(either.contains(&first), "{first}");
    drop(lines);
    if cfg!(not(target_os = "linux")) {
        // On these systems, a closed pipe is only noticed on writing.
        while follow.try_wait().expect("it is there").is_none() {
            report();
        }
    }
    let ended = follow.wait().expect("it is there");
    assert_eq!(ended.code(), Some(0));
}
