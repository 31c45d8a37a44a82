//! Servers on unix sockets, and their files.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::PathBuf;

use sinew::layer::Next;
use sinew::{Call, Channel, Code, Listening, Phase, Reached, Reply, Server, Status};
use tokio::net::{UnixListener, UnixSocket, UnixStream};
use tokio::sync::oneshot;

use crate::probe::{Probe, ProbeClient};

/// A folder that is removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sinew-{}-{name}", std::process::id()));
        fs::create_dir(&path).expect("nobody else has this name");
        Self(path)
    }

    fn socket(&self) -> PathBuf {
        self.0.join("socket")
    }

    fn address(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    fn is_left(&self) -> bool {
        fs::symlink_metadata(self.socket()).is_ok()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("it is ours");
    }
}

async fn bind(folder: &Folder) -> Result<Listening, Status> {
    let server = Server::new().add(Probe::default());
    server.bind(folder.address()).await
}

async fn client(folder: &Folder) -> ProbeClient {
    ProbeClient {
        channel: Channel::connect(folder.address()).await.expect("it runs"),
    }
}

#[tokio::test]
async fn calls_go_over_a_unix_socket_and_its_file_goes_with_the_server() {
    let folder = Folder::new("calls");
    let listening = bind(&folder).await.unwrap();
    assert_eq!(listening.local_addr(), folder.address());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(listening.run_until(stopped));

    let client = client(&folder).await;
    let large = vec![7; 300_000];
    assert_eq!(client.echo(large.clone()).await.unwrap(), large);

    drop(stop);
    server.await.unwrap();
    assert!(!folder.is_left());
    let status = client.echo("").await.unwrap_err();
    assert_eq!(
        (status.code(), status.phase(), status.reached()),
        (Code::Unavailable, Some(Phase::Dial), Reached::No),
        "{status}"
    );
}

#[tokio::test]
async fn a_socket_without_a_server_is_replaced() {
    let folder = Folder::new("stale");
    drop(UnixListener::bind(folder.socket()).unwrap());
    assert!(folder.is_left(), "as after a crash");
    tokio::spawn(bind(&folder).await.unwrap().run());
    assert_eq!(client(&folder).await.echo("new").await.unwrap(), b"new");
}

/// Between two system calls, a new socket looks like one that a server has left behind. Servers that start do so one
/// after the other.
#[tokio::test]
async fn a_socket_that_another_server_is_making_is_not_replaced() {
    let folder = Folder::new("making");
    let lock = fs::File::open(&folder.0).unwrap();
    lock.lock().unwrap();
    let socket = UnixSocket::new_stream().unwrap();
    socket.bind(folder.socket()).unwrap();
    let address = folder.address();
    let late = tokio::spawn(async { Server::new().add(Probe::default()).bind(address).await });
    // It has begun by now.
    tokio::task::yield_now().await;
    let first = socket.listen(1).unwrap();
    drop(lock);
    let refused = late.await.unwrap().expect_err("the other was first");
    let why = refused.to_string();
    assert!(why.contains("somebody listens there"), "{why}");
    drop(first);
    drop(bind(&folder).await.expect("nobody is there any more"));
}

#[tokio::test]
async fn a_socket_in_use_and_other_files_are_left_alone() {
    let folder = Folder::new("taken");
    let first = bind(&folder).await.unwrap();
    let refused = bind(&folder).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable, "{refused}");
    let why = refused.to_string();
    assert!(why.contains("somebody listens there"), "{why}");
    assert!(folder.is_left());

    drop(first);
    assert!(!folder.is_left());
    fs::write(folder.socket(), "of somebody").unwrap();
    let refused = bind(&folder).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable, "{refused}");
    let why = refused.to_string();
    assert!(why.contains("a file that is no socket"), "{why}");
    assert_eq!(fs::read(folder.socket()).unwrap(), b"of somebody");

    let long = format!("unix:/{}", "long".repeat(50));
    let refused = Server::new().bind(long).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
}

/// An abstract name has no file, and disappears with its server in any case.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_abstract_socket_is_an_address_too() {
    let address = format!("unix:\0sinew-{}", std::process::id());
    let server = || Server::new().add(Probe::default()).bind(&address);
    let listening = server().await.unwrap();
    assert_eq!(listening.local_addr(), address);
    let refused = server().await.expect_err("it is in use");
    assert_eq!(refused.code(), Code::Unavailable, "{refused}");
    tokio::spawn(listening.run());
    let client = ProbeClient::new(Channel::lazy(&address));
    assert_eq!(client.echo("x").await.unwrap(), b"x");
}

#[tokio::test]
async fn a_server_removes_its_own_file_only() {
    let folder = Folder::new("own");
    let first = bind(&folder).await.unwrap();
    fs::remove_file(folder.socket()).unwrap();
    let second = bind(&folder).await.unwrap();
    drop(first);
    assert!(folder.is_left(), "that of the second");
    drop(second);
    assert!(!folder.is_left());
}

#[tokio::test]
async fn a_listener_that_is_open_already_keeps_its_file() {
    let folder = Folder::new("given");
    let listener = UnixListener::bind(folder.socket()).unwrap();
    fs::set_permissions(folder.socket(), fs::Permissions::from_mode(0o600)).unwrap();
    let listening = Server::new()
        .add(Probe::default())
        .listen(listener)
        .unwrap();
    assert_eq!(listening.local_addr(), folder.address());
    drop(listening);
    let left = fs::symlink_metadata(folder.socket()).unwrap();
    assert!(left.file_type().is_socket());
}

#[tokio::test]
async fn a_handler_knows_the_user_of_its_caller() {
    let folder = Folder::new("user");
    let ours = fs::metadata(&folder.0).unwrap().uid();
    let address = folder.address();
    let check = move |call: Call, next: Next| {
        let peer = call.cx.peer();
        assert_eq!((peer.user(), peer.address()), (Some(ours), Some(&*address)));
        async move { next.run(call).await as Result<Reply, Status> }
    };
    let server = Server::new().add(Probe::default()).layer(check);
    let listening = server.bind(folder.address()).await.unwrap();
    tokio::spawn(listening.run());
    assert_eq!(client(&folder).await.echo("hi").await.unwrap(), b"hi");
}

#[tokio::test]
async fn a_lazy_channel_waits_for_the_socket() {
    let folder = Folder::new("lazy");
    let client = ProbeClient {
        channel: Channel::lazy(folder.address()),
    };
    let listening = bind(&folder).await.unwrap();
    tokio::spawn(listening.run());
    assert_eq!(client.echo("now").await.unwrap(), b"now");
}

/// Where TCP waits, the system refuses: a call must wait all the same.
#[tokio::test]
async fn a_socket_for_which_others_wait_is_asked_again() {
    let folder = Folder::new("queue");
    let socket = UnixSocket::new_stream().unwrap();
    socket.bind(folder.socket()).unwrap();
    let listener = socket.listen(1).unwrap();
    let mut others = Vec::new();
    let full = loop {
        match UnixStream::connect(folder.socket()).await {
            Ok(other) => others.push(other),
            Err(full) => break full,
        }
    };
    assert_eq!(full.kind(), ErrorKind::WouldBlock);
    let client = tokio::spawn(Channel::connect(folder.address()));
    // It has begun by now, and is refused as the last of the others was.
    tokio::task::yield_now().await;
    let server = Server::new()
        .add(Probe::default())
        .listen(listener)
        .unwrap();
    let server = tokio::spawn(server.run_until(std::future::pending::<()>()));
    let channel = client
        .await
        .unwrap()
        .expect("it is let in after the others");
    assert_eq!(ProbeClient { channel }.echo("x").await.unwrap(), b"x");
    server.abort();
}
