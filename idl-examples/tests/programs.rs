//! Runs the example programs as users do: both ends in one process, and each end in its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The three programs of an example, and a line that its client prints.
const EXAMPLES: [(&str, &str, &str, &str); 5] = [
    (
        env!("CARGO_BIN_EXE_hello"),
        env!("CARGO_BIN_EXE_hello-server"),
        env!("CARGO_BIN_EXE_hello-client"),
        "client: hello.Greeter.greet -> Hello, Dr Ada!",
    ),
    (
        env!("CARGO_BIN_EXE_calculator"),
        env!("CARGO_BIN_EXE_calculator-server"),
        env!("CARGO_BIN_EXE_calculator-client"),
        "client: divide(17, 0) -> declared error: cannot divide 17 by zero",
    ),
    (
        env!("CARGO_BIN_EXE_chat"),
        env!("CARGO_BIN_EXE_chat-server"),
        env!("CARGO_BIN_EXE_chat-client"),
        "client: Ada hears: Bob: hello Ada",
    ),
    (
        env!("CARGO_BIN_EXE_telemetry"),
        env!("CARGO_BIN_EXE_telemetry-server"),
        env!("CARGO_BIN_EXE_telemetry-client"),
        "client: the other slow one was cut off: true",
    ),
    (
        env!("CARGO_BIN_EXE_shop"),
        env!("CARGO_BIN_EXE_shop-server"),
        env!("CARGO_BIN_EXE_shop-client"),
        "client: 38 pieces of TEA-0001 are left, as before",
    ),
];

#[test]
fn both_ends_run_in_one_process() {
    for (both, _, _, line) in EXAMPLES {
        assert_prints(Command::new(both), line);
    }
}

#[test]
fn each_end_runs_on_its_own() {
    for (_, server, client, line) in EXAMPLES {
        let server = RunningServer::start(server);
        let mut client = Command::new(client);
        client.arg(&server.address);
        assert_prints(client, line);
    }
}

#[test]
fn certificates_say_who_may_do_what() {
    let folder = |name| Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut both = Command::new(env!("CARGO_BIN_EXE_tls"));
    both.arg("-").arg(folder("tls-both"));
    assert_prints(
        both,
        "client: the auditor may not book: not for the auditor",
    );

    let mut server = Command::new(env!("CARGO_BIN_EXE_tls-server"));
    server.arg("127.0.0.1:0").arg(folder("tls-each"));
    let server = RunningServer::spawn(server);
    let mut client = Command::new(env!("CARGO_BIN_EXE_tls-client"));
    client.arg(&server.address).arg(folder("tls-each"));
    assert_prints(client, "client: who has no certificate is not let in");
}

#[cfg(unix)]
#[test]
fn an_example_runs_on_a_unix_socket() {
    let socket = Path::new("/tmp").join(format!("sinew-hello-{}", std::process::id()));
    let mut server = Command::new(env!("CARGO_BIN_EXE_hello-server"));
    server.arg(format!("unix:{}", socket.display()));
    let server = RunningServer::spawn(server);
    let mut client = Command::new(env!("CARGO_BIN_EXE_hello-client"));
    client.arg(&server.address);
    assert_prints(client, "client: hello.Greeter.greet -> Hello, Dr Ada!");
    server.end();
    assert!(!socket.exists(), "it goes with the server");
}

#[test]
fn a_rolling_restart_under_load_fails_no_call() {
    let resilience = || Command::new(env!("CARGO_BIN_EXE_resilience"));
    assert_prints(resilience(), "failed calls: 0");
    assert_prints(resilience(), "calls that ran twice or not at all: 0");
}

#[test]
fn a_client_without_a_server_says_what_is_missing() {
    let mut client = Command::new(env!("CARGO_BIN_EXE_hello-client"));
    let output = client
        .arg("127.0.0.1:1")
        .output()
        .expect("the client starts");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(message.contains("127.0.0.1:1"), "{message}");
}

fn assert_prints(mut command: Command, line: &str) {
    let output = command.output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        text.lines().any(|printed| printed == line),
        "{line:?} is not in:\n{text}"
    );
}

/// A server that is stopped when this is dropped.
struct RunningServer {
    process: Child,
    address: String,
}

impl RunningServer {
    fn start(program: &str) -> Self {
        let mut command = Command::new(program);
        command.arg("127.0.0.1:0");
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let output = process.stdout.take().expect("its output is piped");
        let mut first = String::new();
        BufReader::new(output)
            .read_line(&mut first)
            .expect("the server says where it listens");
        let address = first
            .split([' ', ','])
            .find(|word| word.contains(":") && *word != "server:");
        let address = address.expect("the address is on the line").to_owned();
        Self { process, address }
    }
}

#[cfg(unix)]
impl RunningServer {
    /// Sends the server SIGTERM, and waits for its end.
    fn end(mut self) {
        let kill = format!("kill -TERM {}", self.process.id());
        let killed = Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.expect("there is a shell").success());
        let status = self.process.wait().expect("the server runs");
        assert_eq!(status.code(), Some(0));
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
