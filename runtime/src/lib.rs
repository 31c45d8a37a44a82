//! Runtime of Sinew: what generated code and its users need at run time.
//!
//! A build script generates a trait, a client and a server for each service of an `.idl` file. You implement the trait and add the generated
//! server to a [`Server`]; the client takes a [`Channel`]. The service [`health`] comes with this crate:
//!
//! ```
//! use sinew::Server;
//! use sinew::health::{HealthClient, Reporter, Serving};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> sinew::Result {
//! let listening = Server::new().add(Reporter::new().service()).bind("127.0.0.1:0").await?;
//! let address = listening.local_addr().to_owned();
//! tokio::spawn(listening.run());
//!
//! let health = HealthClient::connect(address).await?;
//! assert_eq!(health.check("").await?, Serving::Serving);
//! # Ok(())
//! # }
//! ```
//!
//! | for | use |
//! |---|---|
//! | serving | [`Server`], [`Listening`], [`Router`], [`Ctx`] in handlers |
//! | calling | [`Connect`], [`Channel`], [`Retries`], [`balance`] and [`discover`] for several servers, [`fan_out`] for all of them |
//! | one call | [`NewCall`]: its timeout, metadata, key, and which call it is part of |
//! | streams | [`Tx`], [`Rx`], [`Upload`] |
//! | errors | [`Status`], [`Code`], [`Reached`] |
//! | middleware | [`Service::layer`], [`layer::Observe`], [`Service::limit`] |
//! | bounds | [`Limits`] |
//! | messages without calls | [`encode`], [`decode`], [`Envelope`] |
//!
//! | feature | adds |
//! |---|---|
//! | `dynamic` | `dynamic`: calls to methods that are known only at run time |
//! | `lz4`, `zstd` | compression of messages |
//! | `metrics` | `layer::Metrics`: counts and times calls, through the facade crate of the same name |
//! | `pattern` | checks of `@pattern` constraints |
//! | `rustls`, `tls` | `tls`: TLS with the program's choice of cryptography, or with ring's |
//! | `serde` | `Serialize` and `Deserialize` for the value types of the language, as strings |
//! | `signal` | `signal`: waits for SIGTERM, Ctrl-C and the like |
//! | `spans` | `trace::Spans`: spans around calls |
//! | `testing` | `testing`: what generated mocks need, and fault injection |
//! | `tower` | `layer::AsTower` and `layer::FromTower`: tower layers |
//!
//! All are off by default.

// Generated code, including our own, refers to this crate by name.
extern crate self as sinew;

mod address;
mod backoff;
pub mod balance;
mod beside;
mod body;
mod bounded;
mod builtin;
mod caught;
mod channel;
#[doc(hidden)]
pub mod codegen;
mod connect;
mod ctx;
mod dense;
pub mod discover;
#[cfg(feature = "dynamic")]
pub mod dynamic;
mod escort;
mod exception;
pub mod fan_out;
mod figures;
mod flags;
mod found;
mod handler;
mod include;
mod invalid;
mod kept;
pub mod layer;
mod limits;
mod metadata;
mod method;
mod method_ref;
mod names;
mod new_call;
mod outcome;
#[cfg(feature = "pattern")]
mod pattern;
mod peer;
pub mod protocol;
mod random;
mod redacted;
mod report;
mod retry;
mod router;
mod said;
#[cfg(feature = "serde")]
mod serde;
mod server;
mod service;
mod shield;
#[cfg(feature = "signal")]
pub mod signal;
mod status;
mod streams;
mod sync;
mod tally;
mod task;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "rustls")]
pub mod tls;
pub mod trace;
mod transport;
mod types;
mod unary;
mod verdict;
mod watchers;
mod wire;
mod with_metadata;

pub use backoff::Backoff;
pub use body::Body;
pub use builtin::{health, reflect};
pub use bytes::Bytes;
pub use channel::Channel;
pub use connect::Connect;
pub use ctx::Ctx;
pub use exception::{Exception, Fault, Retry};
pub use invalid::Invalid;
pub use limits::Limits;
pub use metadata::{Metadata, MetadataIter};
pub use method::Method;
pub use method_ref::MethodRef;
pub use new_call::NewCall;
pub use peer::Peer;
#[cfg(any(feature = "lz4", feature = "zstd"))]
pub use protocol::Compression;
pub use retry::Retries;
pub use router::Router;
pub use server::{Accept, Listener, Listening, Server};
pub use service::{Call, NamedService, Reply, Service};
pub use status::{Code, Phase, Reached, Result, Status};
pub use streams::{Failure, Finish, ManyMessages, Rx, Streaming, Tx, Upload};
pub use transport::Io;
pub use types::{Date, Decimal, Duration, ParseError, RangeError, SharedStr, Timestamp, Uuid};
pub use unary::{OneReply, Unary};
pub use wire::{
    DecodeError, DecodeErrorKind, DecodeLimits, EncodeError, Envelope, Look, Message, PeerShape,
    Shape, ShapeFault, UnknownValue, UnknownVariant, View, Wire, decode, decode_shared,
    decode_shared_with, decode_with, encode, encode_body, memory_factor,
};
pub use with_metadata::WithMetadata;
