//! The client's side of the TLS handshake.

use std::io;
use std::sync::Arc;

use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::{TlsConnector, TlsStream};

use super::{ALPN, Settings};
use crate::Io;

/// How a client begins handshakes: see [`Connect::tls`](crate::Connect::tls). Cheap to clone.
#[derive(Clone, Debug)]
#[must_use = "a channel has to be given it"]
pub struct Connector {
    settings: Settings<ClientConfig>,
    server_name: Option<String>,
}

impl Connector {
    /// With these settings. If they name no protocols (`alpn_protocols`), [`ALPN`] is added.
    pub fn new(settings: impl Into<Arc<ClientConfig>>) -> Self {
        Self {
            settings: Settings::new(named(settings.into())),
            server_name: None,
        }
    }

    /// Expects this name in the server's certificate: a DNS name or an IP address. The default is the host of the
    /// address; a unix socket has none.
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// Uses these settings for future connections of this value and its clones; open connections keep theirs.
    pub fn replace(&self, settings: impl Into<Arc<ClientConfig>>) {
        self.settings.replace(named(settings.into()));
    }

    /// Performs the handshake with the server at `address`.
    ///
    /// # Errors
    /// The transport fails, the server is not who it should be, or its settings and these do not fit.
    pub(crate) async fn connect<T: Io>(&self, address: &str, io: T) -> io::Result<TlsStream<T>> {
        let name = self.server_name.as_deref().unwrap_or(host(address));
        let name = ServerName::try_from(name.to_owned()).map_err(|_| not_a_name(name))?;
        let connector = TlsConnector::from(self.settings.current());
        let connected = connector.connect(name, io).await;
        Ok(connected.map_err(unfinished)?.into())
    }
}

impl<T: Into<Arc<ClientConfig>>> From<T> for Connector {
    fn from(settings: T) -> Self {
        Self::new(settings)
    }
}

fn named(mut settings: Arc<ClientConfig>) -> Arc<ClientConfig> {
    if settings.alpn_protocols.is_empty() {
        Arc::make_mut(&mut settings).alpn_protocols = vec![ALPN.to_vec()];
    }
    settings
}

/// Servers without TLS close the connection when they see a TLS handshake.
fn unfinished(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => io::Error::new(
            error.kind(),
            "the server hung up during the handshake of TLS, as one without TLS does",
        ),
        _ => error,
    }
}

/// The host of `host:port`, without the brackets of an IPv6 address. Other texts are left unchanged, and are not valid
/// server names.
fn host(address: &str) -> &str {
    if address.starts_with("unix:") {
        return address;
    }
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

fn not_a_name(name: &str) -> io::Error {
    let why = format!("`{name}` is not a name of a server: give one with `Connector::server_name`");
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_host_is_what_stands_before_the_port() {
        for (address, expected) in [
            ("orders.example:7000", "orders.example"),
            ("127.0.0.1:7000", "127.0.0.1"),
            ("[::1]:7000", "::1"),
            ("orders.example", "orders.example"),
            ("unix:/run/orders", "unix:/run/orders"),
        ] {
            assert_eq!(host(address), expected);
        }
    }
}
