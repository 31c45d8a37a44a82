//! A small service, hand-written as the compiler would generate it, and an implementation that tests can observe.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sinew::codegen::{
    DecodeError, Encoder, ErrorEnum, Field, Fields, Handler, Message, Method, NamedService,
    ReadPayload, Record, Shape, ShapeCell, Union, Variant, Wire, blank, choose, dispatch,
};
use sinew::{Call, Channel, Code, Ctx, MethodRef, Reply, Service, Status, Unary, UnknownVariant};
use tokio::sync::Notify;

#[path = "port.rs"]
pub mod port;
#[path = "running.rs"]
mod running;

/// A server of a [`Probe`], or of another service under test.
pub type Running = RunningFor<ProbeClient>;
pub use running::Running as RunningFor;

/// A struct whose fields have no header bits.
macro_rules! record {
    ($wire:literal, $name:ident { $($id:literal $field:ident: $type:ty),* }) => {
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $(pub $field: $type,)* }

        impl Record for $name {
            const NAME: &'static str = $wire;
            const FIELDS: &'static [Field] = &[$(Field::new::<$type>($id, stringify!($field)),)*];

            const HEADER: u32 = 0;

            fn read(&mut self, _fields: &mut Fields<'_, '_, '_>) {
                $(_fields.fill(&mut self.$field, $id, stringify!($field));)*
            }
        }

        impl Wire for $name {
            const MIN: u32 = 8;

            sinew::codegen::record!();

            fn blank() -> Self {
                Self { $($field: sinew::codegen::blank(),)* }
            }

            fn put(&self, out: &mut Encoder) {
                if Self::FIELDS.is_empty() {
                    out.empty();
                }
                $(out.put(&self.$field);)*
            }

            fn give(&mut self, out: &mut Encoder) {
                if Self::FIELDS.is_empty() {
                    out.empty();
                }
                $(out.give(&mut self.$field);)*
            }
        }

        impl Message for $name {
            fn shape() -> &'static Shape {
                static SHAPE: ShapeCell = ShapeCell::new();
                SHAPE.of::<Self>()
            }
        }
    };
}

/// An error enum over declared exceptions, as for a `throws` list.
macro_rules! errors {
    ($wire:literal, $name:ident { $($id:literal $variant:ident: $type:ty),* }) => {
        #[derive(Clone, Debug)]
        pub enum $name { $($variant($type),)* Unrecognized(UnknownVariant), Status(Status) }

        impl Union for $name {
            const NAME: &'static str = $wire;
            const VARIANTS: &'static [Variant] = &[$(Variant::new::<$type>($id, stringify!($variant)),)*];

            fn choose(&mut self, id: u16) -> bool {
                match id {
                    $($id => choose(self, || Self::$variant(blank())),)*
                    _ => choose(self, || Self::Unrecognized(UnknownVariant::blank())),
                }
            }

            fn read(&mut self, payload: ReadPayload<'_, '_>) -> std::result::Result<(), DecodeError> {
                match self {
                    $(Self::$variant(error) => payload.fill(error, stringify!($variant)),)*
                    Self::Unrecognized(unknown) => payload.keep(unknown),
                    Self::Status(_) => payload.unit(),
                }
            }
        }

        impl Wire for $name {
            const MIN: u32 = 16;

            sinew::codegen::union!();

            fn blank() -> Self {
                Self::Unrecognized(UnknownVariant::blank())
            }

            fn put(&self, out: &mut Encoder) {
                match self {
                    $(Self::$variant(error) => out.variant::<Self, _>($id, error),)*
                    Self::Unrecognized(unknown) => out.unrecognized(unknown),
                    Self::Status(_) => out.refuse("a status is not part of a message"),
                }
            }
        }

        impl From<Status> for $name {
            fn from(status: Status) -> Self {
                Self::Status(status)
            }
        }

        impl ErrorEnum for $name {
            fn into_status(self) -> std::result::Result<Status, Self> {
                match self {
                    Self::Status(status) => Ok(status),
                    error => Err(error),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    Self::Unrecognized(unknown) => sinew::codegen::unknown_error(unknown, f),
                    declared => write!(f, "{declared:?}"),
                }
            }
        }

        impl std::error::Error for $name {}
    };
}

#[allow(unused_imports)] // only some tests have services of their own
pub(crate) use {errors, record};

record!("test.EchoRequest", EchoRequest { 1 data: Vec<u8> });
record!("test.DivideRequest", DivideRequest { 1 dividend: i64, 2 divisor: i64 });
record!("test.NoRequest", NoRequest {});
record!("test.DivisionByZero", DivisionByZero { 1 dividend: i64 });
record!("test.Overflow", Overflow {});
errors!("test.DivideError", DivideError { 1 DivisionByZero: DivisionByZero, 2 Overflow: Overflow });

pub static ECHO: Method =
    Method::unary::<EchoRequest, Vec<u8>, Status>("test.Probe", "echo").readonly();
pub static WHISPER: Method =
    Method::unary::<EchoRequest, Vec<u8>, Status>("test.Probe", "whisper").sensitive();
pub static DIVIDE: Method =
    Method::unary::<DivideRequest, i64, DivideError>("test.Probe", "divide");
pub static WAIT: Method = Method::unary::<NoRequest, (), Status>("test.Probe", "wait");
pub static BOOM: Method = Method::unary::<NoRequest, (), Status>("test.Probe", "boom");
pub static NOTE: Method = Method::unary::<EchoRequest, (), Status>("test.Probe", "note").oneway();
pub static ABOUT: Method =
    Method::unary::<NoRequest, String, Status>("test.Probe", "about").timeout(7_000_000_000);

#[derive(Clone, Debug)]
pub struct ProbeClient {
    pub channel: Channel,
}

impl From<Channel> for ProbeClient {
    fn from(channel: Channel) -> Self {
        Self { channel }
    }
}

impl ProbeClient {
    pub fn new(service: impl Service) -> Self {
        Self {
            channel: Channel::new(service),
        }
    }

    pub fn echo(&self, data: impl Into<Vec<u8>>) -> Unary<'_, EchoRequest, Vec<u8>> {
        Unary::new(&self.channel, &ECHO, EchoRequest { data: data.into() })
    }

    pub fn whisper(&self, data: impl Into<Vec<u8>>) -> Unary<'_, EchoRequest, Vec<u8>> {
        Unary::new(&self.channel, &WHISPER, EchoRequest { data: data.into() })
    }

    pub fn divide(
        &self,
        dividend: i64,
        divisor: i64,
    ) -> Unary<'_, DivideRequest, i64, DivideError> {
        Unary::new(&self.channel, &DIVIDE, DivideRequest { dividend, divisor })
    }

    pub fn wait(&self) -> Unary<'_, NoRequest, ()> {
        Unary::new(&self.channel, &WAIT, NoRequest {})
    }

    pub fn boom(&self) -> Unary<'_, NoRequest, ()> {
        Unary::new(&self.channel, &BOOM, NoRequest {})
    }

    pub fn note(&self, data: impl Into<Vec<u8>>) -> Unary<'_, EchoRequest, ()> {
        Unary::new(&self.channel, &NOTE, EchoRequest { data: data.into() })
    }

    pub fn about(&self) -> Unary<'_, NoRequest, String> {
        Unary::new(&self.channel, &ABOUT, NoRequest {})
    }
}

/// The implementation, and what tests can observe of it.
#[derive(Clone, Default)]
pub struct Probe {
    pub inner: Arc<ProbeInner>,
}

#[derive(Default)]
pub struct ProbeInner {
    /// Handlers of `wait` that have begun, and those that are gone.
    pub began: AtomicUsize,
    pub gone: AtomicUsize,
    /// Notified when either changes.
    pub changed: Notify,
    /// Lets handlers of `wait` return.
    pub release: Notify,
    pub noted: AtomicUsize,
}

impl Probe {
    /// Waits until `count` handlers of `wait` are running.
    pub async fn began(&self, count: usize) {
        self.until(|inner| inner.began.load(Ordering::SeqCst) >= count)
            .await;
    }

    /// Waits until `count` handlers of `wait` are gone.
    pub async fn gone(&self, count: usize) {
        self.until(|inner| inner.gone.load(Ordering::SeqCst) >= count)
            .await;
    }

    pub async fn until(&self, reached: impl Fn(&ProbeInner) -> bool) {
        loop {
            let changed = self.inner.changed.notified();
            if reached(&self.inner) {
                return;
            }
            changed.await;
        }
    }

    async fn wait(&self) -> Result<(), Status> {
        struct Gone<'a>(&'a ProbeInner);
        impl Drop for Gone<'_> {
            fn drop(&mut self) {
                self.0.gone.fetch_add(1, Ordering::SeqCst);
                self.0.changed.notify_waiters();
            }
        }
        let released = self.inner.release.notified();
        let _gone = Gone(&self.inner);
        self.inner.began.fetch_add(1, Ordering::SeqCst);
        self.inner.changed.notify_waiters();
        released.await;
        Ok(())
    }

    fn note(&self) -> Result<(), Status> {
        self.inner.noted.fetch_add(1, Ordering::SeqCst);
        self.inner.changed.notify_waiters();
        Ok(())
    }
}

fn divide(request: &DivideRequest) -> Result<i64, DivideError> {
    let DivideRequest { dividend, divisor } = *request;
    match dividend.checked_div(divisor) {
        Some(quotient) => Ok(quotient),
        None if divisor == 0 => Err(DivideError::DivisionByZero(DivisionByZero { dividend })),
        None => Err(DivideError::Overflow(Overflow {})),
    }
}

fn about(cx: &Ctx) -> Result<String, Status> {
    let left = cx.time_left().map_or("for ever".to_owned(), |left| {
        format!("{}s", left.as_secs_f64().round())
    });
    let metadata: Vec<String> = cx
        .metadata()
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    Ok(format!("{left} {}", metadata.join(" ")))
}

impl NamedService for Probe {
    const NAMES: &'static [&'static str] = &["test.Probe"];
    const METHODS: &'static [&'static Method] =
        &[&ECHO, &DIVIDE, &WAIT, &BOOM, &NOTE, &ABOUT, &WHISPER];
}

impl Service for Probe {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        dispatch(self, call).await
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        let probe = &Arc::new(self.clone());
        Some(match method.index::<Self>()? {
            0 => Handler::unary(probe, &ECHO, |_, _, request: EchoRequest| async {
                Ok::<_, Status>(request.data)
            }),
            1 => Handler::unary(probe, &DIVIDE, |_, _, request: DivideRequest| async move {
                divide(&request)
            }),
            2 => Handler::unary(probe, &WAIT, |probe, _, _: NoRequest| async move {
                probe.wait().await
            }),
            3 => Handler::unary(probe, &BOOM, |_, _, _: NoRequest| async { boom() }),
            4 => Handler::unary(probe, &NOTE, |probe, _, _: EchoRequest| async move {
                probe.note()
            }),
            5 => Handler::unary(
                probe,
                &ABOUT,
                |_, cx, _: NoRequest| async move { about(&cx) },
            ),
            6 => Handler::unary(probe, &WHISPER, |_, _, request: EchoRequest| async {
                Ok::<_, Status>(request.data)
            }),
            _ => return None,
        })
    }
}

fn boom() -> Result<(), Status> {
    panic!("boom");
}

/// The code of an expected status.
pub fn code<T: fmt::Debug>(result: Result<T, Status>) -> Code {
    result.expect_err("the call must fail").code()
}

/// A call of a service that no server here has.
pub fn other_client(channel: &Channel) -> Unary<'_, NoRequest, ()> {
    static OTHER: Method = Method::unary::<NoRequest, (), Status>("test.Other", "ask");
    Unary::new(channel, &OTHER, NoRequest {})
}
