//! Unix sockets: creates the file, replaces one that a dead server has left behind, and removes it at the end.

use std::fs::{self, TryLockError};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::net::{UnixListener, UnixStream};

use super::listener::{Listener, PollAccept};
use crate::peer::Peer;
use crate::report::{self, About};
use crate::transport::Carrier;

/// A listening Unix socket.
#[derive(Debug)]
pub(super) struct UnixAccept {
    /// The socket's file, if this listener has created it. Dropped before the listener, whose open socket keeps the
    /// inode number from being reused.
    _file: Option<SocketFile>,
    listener: UnixListener,
    address: Arc<str>,
}

impl UnixAccept {
    /// Creates a socket at `path`. Replaces a socket on which nobody listens.
    pub(super) async fn open(path: &str) -> io::Result<Self> {
        let _alone = match is_abstract(path) {
            true => None,
            false => alone_in(folder_of(path)).await,
        };
        let listener = match UnixListener::bind(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                remove_stale(path).await?;
                UnixListener::bind(path)?
            }
            bound => bound?,
        };
        let file = match is_abstract(path) {
            true => None,
            false => Some(SocketFile::new(path.as_ref())?),
        };
        Ok(Self {
            listener,
            address: format!("unix:{path}").into(),
            _file: file,
        })
    }

    /// A socket that somebody else has created and will remove.
    fn given(listener: UnixListener) -> Self {
        let path = listener.local_addr().ok();
        let path = path.as_ref().and_then(|address| address.as_pathname());
        let address = format!("unix:{}", path.unwrap_or(Path::new("")).display());
        Self {
            listener,
            address: address.into(),
            _file: None,
        }
    }
}

impl From<UnixListener> for Listener {
    /// The socket's file stays when the server stops: it belongs to whoever has created it.
    fn from(listener: UnixListener) -> Self {
        Self::at(UnixAccept::given(listener))
    }
}

impl PollAccept for UnixAccept {
    fn address(&self) -> io::Result<Arc<str>> {
        Ok(self.address.clone())
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Carrier, Peer)>> {
        let (stream, _) = ready!(self.listener.poll_accept(cx))?;
        let user = stream.peer_cred().ok().map(|who| who.uid());
        let peer = Peer::new(Some(self.address.clone())).with_user(user);
        Poll::Ready(Ok((Carrier::socket(stream), peer)))
    }
}

/// Whether this is a name in Linux's abstract namespace, which has no file.
fn is_abstract(path: &str) -> bool {
    path.starts_with('\0')
}

/// How long to wait for other servers that are opening sockets in the same folder.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keeps other servers from opening sockets in this folder while the lock is held: between bind and listen, a socket
/// looks abandoned. `None` if the file system has no such locks or somebody holds one for too long; then it is done
/// without.
async fn alone_in(folder: PathBuf) -> Option<fs::File> {
    let locked = tokio::task::spawn_blocking(move || {
        let (folder, begun) = (fs::File::open(folder).ok()?, Instant::now());
        loop {
            match folder.try_lock() {
                Ok(()) => return Some(folder),
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {}
                Err(_) => return None,
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    locked.await.ok().flatten()
}

fn folder_of(path: &str) -> PathBuf {
    match Path::new(path).parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}

/// Removes a socket that a server has left behind.
///
/// # Errors
/// Somebody listens there, or the file is not a socket. Then nothing is removed.
async fn remove_stale(path: &str) -> io::Result<()> {
    let taken = |why| Err(io::Error::new(io::ErrorKind::AddrInUse, why));
    if is_abstract(path) {
        return taken("somebody listens there");
    }
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        return taken("there is a file that is no socket");
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Ok(_) | Err(_) => taken("somebody listens there"),
    }
}

/// The file of a socket. Removed on drop, unless another file has taken its place.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    id: (u64, u64),
}

impl SocketFile {
    fn new(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path)?;
        let id = id_of(&path)?;
        Ok(Self { path, id })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if id_of(&self.path).is_ok_and(|id| id == self.id)
            && let Err(error) = fs::remove_file(&self.path)
        {
            let path = self.path.display();
            let message = format_args!("the socket's file {path} is left behind");
            report::debug(&message, About::default().failed(&error));
        }
    }
}

/// Identifies a file regardless of its name.
fn id_of(path: &Path) -> io::Result<(u64, u64)> {
    let file = fs::symlink_metadata(path)?;
    Ok((file.dev(), file.ino()))
}
