//! The server's side of the TLS handshake.

use std::io;
use std::sync::Arc;

use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::{TlsAcceptor, TlsStream};

use super::{ALPN, Identity, Settings};
use crate::Io;

/// How a server answers handshakes: see [`Server::tls`](crate::Server::tls). Cheap to clone; all clones share their
/// settings.
#[derive(Clone, Debug)]
pub struct Acceptor(Settings<ServerConfig>);

impl Acceptor {
    /// With these settings. If they name no protocols (`alpn_protocols`), [`ALPN`] is added.
    pub fn new(settings: impl Into<Arc<ServerConfig>>) -> Self {
        Self(Settings::new(named(settings.into())))
    }

    /// Uses these settings for future connections; open connections keep theirs. For certificates that are renewed, and
    /// for lists of clients that change.
    pub fn replace(&self, settings: impl Into<Arc<ServerConfig>>) {
        self.0.replace(named(settings.into()));
    }

    /// Performs the handshake, and returns the client's identity.
    ///
    /// # Errors
    /// The transport fails, or client and settings do not fit.
    pub(crate) async fn accept<T: Io>(
        &self,
        io: T,
    ) -> io::Result<(TlsStream<T>, Option<Identity>)> {
        let stream = TlsAcceptor::from(self.0.current()).accept(io).await?;
        let identity = stream.get_ref().1.peer_certificates().map(Identity::new);
        Ok((stream.into(), identity))
    }
}

impl<T: Into<Arc<ServerConfig>>> From<T> for Acceptor {
    fn from(settings: T) -> Self {
        Self::new(settings)
    }
}

fn named(mut settings: Arc<ServerConfig>) -> Arc<ServerConfig> {
    if settings.alpn_protocols.is_empty() {
        Arc::make_mut(&mut settings).alpn_protocols = vec![ALPN.to_vec()];
    }
    settings
}
