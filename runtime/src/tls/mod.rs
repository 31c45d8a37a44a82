//! TLS for servers and for channels to addresses, by the caller's own settings of rustls. Feature `tls`, or `rustls`
//! for programs that choose their cryptography themselves.
//!
//! ```no_run
//! # async fn run(
//! #     server_settings: sinew::tls::rustls::ServerConfig,
//! #     client_settings: sinew::tls::rustls::ClientConfig,
//! # ) -> sinew::Result<()> {
//! use sinew::{Connect, Server};
//! use sinew::tls::{Acceptor, Connector};
//!
//! let acceptor = Acceptor::new(server_settings);
//! let listening = Server::new().tls(acceptor.clone()).bind("0.0.0.0:7000").await?;
//! // Later, `acceptor.replace(..)` with the next certificate.
//!
//! let channel = Connect::new().tls(Connector::new(client_settings)).to("orders.example:7000").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Who may connect is what the settings of rustls say: a server asks for certificates of its clients if it has a
//! verifier for them. What the handlers then know of a client is its [`Identity`], in [`Peer::identity`](crate::Peer::identity).

mod accept;
mod connect;
mod files;
mod identity;
mod refusal;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use accept::Acceptor;
pub use connect::Connector;
pub use files::{certificates, key, roots};
pub use identity::Identity;
pub(crate) use refusal::turned_away;
/// The version of rustls whose settings are taken here.
pub use tokio_rustls::rustls;

/// The name of the protocol in the handshake (ALPN): a peer that names any protocols must name this one. It is added to
/// settings that name none.
pub const ALPN: &[u8] = b"sinew/1";

/// Settings that can be replaced while they are in use. All clones share them.
struct Settings<T>(Arc<Mutex<Arc<T>>>);

impl<T> Settings<T> {
    fn new(settings: Arc<T>) -> Self {
        Self(Arc::new(Mutex::new(settings)))
    }

    fn replace(&self, settings: Arc<T>) {
        let before = std::mem::replace(&mut *self.lock(), settings);
        // Dropping settings may run arbitrary code, so not under the lock.
        drop(before);
    }

    fn current(&self) -> Arc<T> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Arc<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Settings<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Settings contain certificates as bytes, which would be unreadable.
impl<T> fmt::Debug for Settings<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}
