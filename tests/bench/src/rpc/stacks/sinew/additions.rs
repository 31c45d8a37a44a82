//! What users add to Sinew, one thing at a time, on both sides.

use std::sync::Once;

use sinew::layer::{Metrics, Next};
use sinew::trace::Spans as CallSpans;
use sinew::{Call, Channel, Compression, Connect, Reply, Server, Status};
use tracing_subscriber::Registry;

use super::recorder::Recorder;
use super::{Setup, certificate};
/// A layer that only passes calls on.
pub struct Layer;

async fn pass(call: Call, next: Next) -> Result<Reply, Status> {
    next.run(call).await
}

impl Setup for Layer {
    const NAME: &'static str = "a layer on both sides";

    fn server(server: Server) -> Server {
        server.layer(pass)
    }

    fn channel(channel: Channel) -> Channel {
        channel.layer(pass)
    }
}

/// Spans of both sides, for a subscriber that keeps them while they last.
pub struct Spans;

/// Makes the process keep its spans.
fn keep_spans() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(Registry::default())
            .expect("the process has no other subscriber");
    });
}

impl Setup for Spans {
    const NAME: &'static str = "spans";

    fn server(server: Server) -> Server {
        keep_spans();
        server.observe(CallSpans::server())
    }

    fn channel(channel: Channel) -> Channel {
        keep_spans();
        channel.observe(CallSpans::client())
    }
}

/// Metrics of both sides, for a recorder that adds them up.
pub struct Measured;

impl Setup for Measured {
    const NAME: &'static str = "metrics";

    fn server(server: Server) -> Server {
        Recorder::install();
        server.observe(Metrics::server())
    }

    fn channel(channel: Channel) -> Channel {
        Recorder::install();
        channel.observe(Metrics::client())
    }
}

/// Compression by LZ4.
pub struct Lz4;

impl Setup for Lz4 {
    const NAME: &'static str = "LZ4";

    fn server(server: Server) -> Server {
        server.compress(Compression::lz4())
    }

    fn connect(connect: Connect) -> Connect {
        connect.compress(Compression::lz4())
    }
}

/// Compression by Zstandard.
pub struct Zstd;

impl Setup for Zstd {
    const NAME: &'static str = "Zstandard";

    fn server(server: Server) -> Server {
        server.compress(Compression::zstd())
    }

    fn connect(connect: Connect) -> Connect {
        connect.compress(Compression::zstd())
    }
}

/// TLS 1.3.
pub struct Tls;

impl Setup for Tls {
    const NAME: &'static str = "TLS";

    fn server(server: Server) -> Server {
        server.tls(certificate::server())
    }

    fn connect(connect: Connect) -> Connect {
        connect.tls(certificate::client())
    }
}
