//! The limits of a connection, a client and a server: on everything that a peer could otherwise make grow. Only the
//! numbers are here; they are enforced where they apply.

use std::time::Duration;

use crate::protocol::Header;

/// Defines [`Limits`], their defaults and the list of their names in one place.
macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $default:expr;)*) => {
        /// The limits of a connection and of the client or server that owns it.
        ///
        /// Both sides enforce them. A peer that exceeds a limit of the connection is told why and disconnected; a call
        /// that exceeds a limit of calls ends with a [`Status`](crate::Status).
        ///
        /// ```
        /// let mut limits = sinew::Limits::default();
        /// limits.calls = 1_000;
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Limits {
            $($(#[$doc])* pub $name: $type,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl Limits {
            /// The names of all limits, which a test compares with its cases.
            #[doc(hidden)]
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];
        }
    };
}

limits! {
    /// Bytes of one frame's payload in either direction: a message with its metadata. At least 16 KiB, at most 16 MiB - 1.
    /// Default 4 MiB. A larger request or reply ends its call; the connection survives if it has to skip at most that
    /// much again.
    message: usize = 4 << 20;
    /// How many times its compressed size a frame may have once it is unpacked, if that is above 16 KiB. At least
    /// 100. Default 100.
    inflation: usize = 100;
    /// Calls in flight on a connection, as announced by its server: a client waits at it, and a call beyond it is
    /// refused. Default 128. Setting it on a client has no effect: see [`Channel::limit`](crate::Channel::limit).
    calls: usize = 128;
    /// Bytes of requests in flight on a connection, after which nothing more is read from it. Default 16 MiB. Requests
    /// of calls with streams are counted separately, and refused beyond it.
    request_bytes: usize = 16 << 20;
    /// Bytes of memory that the decoded value of one message may take: see
    /// [`DecodeLimits::memory`](crate::DecodeLimits). Default 64 MiB. A larger request is refused, a larger reply ends
    /// its call, a larger message its stream.
    value_bytes: u32 = Self::VALUE_BYTES;
    /// Bytes waiting to be written on a connection. Beyond it a server reads nothing more from it, and callers of a
    /// client wait. Default 1 MiB.
    out_queue: usize = 1 << 20;
    /// Bytes waiting to be written on a server's connection above which a reply is dropped, and its call ends without
    /// it. At least `message` and a header. Default 64 MiB. Only calls that were accepted before `out_queue` was
    /// reached can fill it.
    reply_bytes: usize = 64 << 20;
    /// Frames waiting to be written that only answer the peer's. Default 128.
    control_frames: usize = 128;
    /// Initial window of a stream: bytes of its messages that were received and not yet read. At least 16 KiB, at most
    /// 16 MiB - 1. Default 256 KiB. A larger message arrives once somebody waits for it.
    stream_window: usize = 256 << 10;
    /// How large that window may grow, while the line runs dry because the sender waits, and the reader keeps up. At
    /// most `connection_window`. Default 2 MiB.
    max_stream_window: usize = 2 << 20;
    /// Bytes of messages of all streams of a connection together that are received and not yet read, beside one
    /// larger message. At least `stream_window`. Default 8 MiB.
    connection_window: usize = 8 << 20;
    /// Bytes of messages of one stream waiting to be sent, beyond which its sender waits. Default 32 KiB.
    stream_queue: usize = 32 << 10;
    /// Methods defined on a connection. Default 4,096.
    methods: usize = 4096;
    /// Bytes of method names and shapes on a connection. Default 1 MiB.
    method_bytes: usize = 1 << 20;
    /// Bytes of a service's name and a method's name together. Default 256.
    name: usize = 256;
    /// Bytes of keys and values in the metadata of a call or reply. Default 16 KiB.
    metadata: usize = 16 << 10;
    /// Entries of metadata. Default 64.
    metadata_entries: usize = 64;
    /// Bytes of a metadata key. Default 128.
    metadata_key: usize = 128;
    /// Bytes of a metadata value. Default 8 KiB.
    metadata_value: usize = 8 << 10;
    /// Bytes of a status message that are sent; a longer one is cut off. Default 4 KiB.
    status_message: usize = 4 << 10;

    /// Time within which a client must have looked up an address and connected to it. Default 10 s. The addresses of a
    /// name are tried one after the other, each 250 ms after the previous one or once that has failed, and the first
    /// that answers is used.
    dial: Duration = Duration::from_secs(10);
    /// Time for preface and hello together, including the TLS handshake. Default 10 s. At a client it begins once it is
    /// connected.
    handshake: Duration = Duration::from_secs(10);
    /// Time for a whole frame once it has begun. Default 30 s. At a client also for a stream message that it relays:
    /// once the message has begun, more of it must keep arriving, at `frame_rate` or faster.
    frame_time: Duration = Duration::from_secs(30);
    /// Time after which a frame must arrive at `frame_rate`. Default 5 s.
    frame_grace: Duration = Duration::from_secs(5);
    /// Bytes per second of a frame after `frame_grace`. Default 1 KiB.
    frame_rate: u32 = 1 << 10;
    /// Time within which a peer must read the bytes waiting for it, or as many as `write_rate` says. Default 30 s.
    write_stall: Duration = Duration::from_secs(30);
    /// Bytes per second that a peer must read of what waits for it, over `write_stall`. Default 1 KiB.
    write_rate: u32 = 1 << 10;
    /// Time without a byte from the peer after which it is pinged. Default 30 s.
    keepalive: Duration = Duration::from_secs(30);
    /// Time within which a pinged peer must send something. Default 20 s.
    keepalive_answer: Duration = Duration::from_secs(20);
    /// Time without calls after which a server ends a connection. Default 5 min.
    server_idle: Duration = Duration::from_secs(300);
    /// Age at which a server ends a connection, so that clients spread to servers that were added since: calls in
    /// flight get the limit `drain`. Randomly varied by up to a tenth. Default none.
    max_age: Option<Duration> = None;
    /// Time without calls after which a client ends a connection. Default 4 min, shorter than the server's so that the
    /// client goes first.
    client_idle: Duration = Duration::from_secs(240);
    /// Time without a message or credit after which a server ends a stream. Default 1 h.
    stream_idle: Duration = Duration::from_secs(3600);
    /// Time that calls in flight get to finish once a connection drains. Default 30 s.
    drain: Duration = Duration::from_secs(30);
    /// Time within which a cancelled call must be answered; otherwise its connection takes no new calls. Default 30 s.
    cancel_answer: Duration = Duration::from_secs(30);

    /// Time for which a connection polls its socket for what comes next before it waits to be woken: a client while
    /// calls are in flight, a server after anything was received or sent. At most 1 ms. Default none. It saves each
    /// call the time that a core needs to wake up, and keeps that core busy.
    spin: Duration = Duration::ZERO;

    /// Calls that a client cancels within 10 s, or that run out of time, beyond those completed in that time. At least
    /// `calls`, because a client may give up all at once. Streams count until they are accepted. Default 1,000. Above
    /// it the connection drains; at twice as many it ends.
    cancels: u32 = 1000;
    /// Errors that a peer may cause in a burst; 10 more each second. Default 100.
    errors: u32 = 100;
    /// Errors that a peer may cause during the life of a connection. Default 1,024.
    errors_total: u32 = 1024;
    /// Pings in a burst; one more each second. Default 10.
    pings: u32 = 10;
    /// Frames in a row that make no progress. Default 100.
    idle_frames: u32 = 100;

    /// Timeout of a call that states none, at the client. Default 30 s.
    timeout: Duration = Duration::from_secs(30);
    /// Longest deadline that a server grants. Default 5 min. For a call with streams, it bounds the time until the
    /// call is accepted.
    max_timeout: Duration = Duration::from_secs(300);
    /// Calls of a client that wait for a connection with room, for a connection that another call dials, or for the
    /// first list of servers. Default 16,384.
    waiting: usize = 16_384;
    /// Servers that a balancer's source names. A longer list is refused as a whole, and the known servers stay. Default
    /// 10,000.
    servers: usize = 10_000;
    /// Connections of a server; no more are accepted until one ends. Default 10,000.
    connections: usize = 10_000;
    /// Connections of a server from one IP address; for IPv6, from one /64 network. One more is told so and closed. Not
    /// on unix sockets. Default none: all clients behind one proxy have the same address.
    connections_per_ip: Option<usize> = None;
    /// Connections of a server that have not sent their hello; the oldest is closed, starting with those that
    /// [`connections_per_ip`](Self::connections_per_ip) turns away. Default 1,024.
    handshakes: usize = 1024;
    /// Calls on a server whose handlers are waiting for something; more are refused. Default 10,000. Handlers that
    /// finish at once do not count, and threads that start calls at the same moment may each start one beyond it.
    server_calls: usize = 10_000;
}

impl Limits {
    /// The smallest `message` that a peer may offer, and the largest frame before its hello.
    pub(crate) const MESSAGE_FLOOR: usize = 16 << 10;
    /// The default of `value_bytes`, which also applies without a connection.
    pub(crate) const VALUE_BYTES: u32 = 64 << 20;
    /// The smallest `inflation`, within which all senders stay.
    pub(crate) const INFLATION_FLOOR: usize = 100;
    /// The largest `spin`.
    pub(crate) const SPIN_MOST: Duration = Duration::from_millis(1);
    /// Calls that may be in flight before the peer's hello.
    pub(crate) const CALLS_FLOOR: usize = 1;

    /// How large a hello may be: the allowed metadata with its lengths, and besides that as much as everybody accepts
    /// in a frame.
    pub(crate) fn hello(&self) -> usize {
        let lengths = self.metadata_entries.saturating_mul(8);
        let metadata = self.metadata.saturating_add(lengths);
        metadata
            .saturating_add(Self::MESSAGE_FLOOR)
            .min(self.message)
    }

    /// The same limits, adjusted to what the protocol can express.
    pub(crate) fn sound(mut self) -> Self {
        let frame = |bytes: usize| bytes.clamp(Self::MESSAGE_FLOOR, Header::MAX_LENGTH);
        self.message = frame(self.message);
        self.stream_window = frame(self.stream_window);
        self.connection_window = self.connection_window.max(self.stream_window);
        self.reply_bytes = self.reply_bytes.max(Header::SIZE + self.message);
        // With 0, nothing would ever be read or sent.
        self.request_bytes = self.request_bytes.max(1);
        self.stream_queue = self.stream_queue.max(1);
        self.inflation = self.inflation.max(Self::INFLATION_FLOOR);
        self.spin = self.spin.min(Self::SPIN_MOST);
        self.calls = self.calls.clamp(Self::CALLS_FLOOR, 1 << 20);
        self.cancels = self.cancels.max(self.calls as u32);
        self
    }
}
