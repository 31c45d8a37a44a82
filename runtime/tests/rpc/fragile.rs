//! A value that panics while it is encoded ends its own call, and does not affect other output.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use sinew::codegen::{
    self, Encoder, Field, Fields, Handler, Message, Method, NamedService, Record, Shape, ShapeCell,
    Wire, dispatch,
};
use sinew::{Call, Channel, Code, Limits, MethodRef, Reply, Service, Status, Unary};

use crate::probe::{NoRequest, Running};

/// Panics in the middle of encoding if it is not `whole`.
#[derive(Clone, Debug, PartialEq)]
struct Glass {
    whole: bool,
}

impl Record for Glass {
    const NAME: &'static str = "test.Glass";
    const FIELDS: &'static [Field] = &[Field::new::<u8>(1, "whole")];

    const HEADER: u32 = 0;

    fn read(&mut self, fields: &mut Fields<'_, '_, '_>) {
        self.whole = fields.required::<u8>(1, "whole") == 1;
    }
}

impl Wire for Glass {
    const MIN: u32 = 8;

    codegen::record!();

    fn blank() -> Self {
        Self { whole: false }
    }

    fn put(&self, out: &mut Encoder) {
        out.put(&u8::from(self.whole));
        assert!(self.whole, "the glass breaks");
    }
}

impl Message for Glass {
    fn shape() -> &'static Shape {
        static SHAPE: ShapeCell = ShapeCell::new();
        SHAPE.of::<Self>()
    }
}

static COUNT: Method = Method::unary::<NoRequest, i64, Status>("test.Shop", "count");
static BUY: Method = Method::unary::<Glass, Glass, Status>("test.Shop", "buy");

#[derive(Clone)]
struct Shop;

impl NamedService for Shop {
    const NAMES: &'static [&'static str] = &["test.Shop"];
    const METHODS: &'static [&'static Method] = &[&COUNT, &BUY];
}

impl Service for Shop {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        dispatch(self, call).await
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        let shop = &Arc::new(self.clone());
        Some(match method.index::<Self>()? {
            0 => Handler::unary(shop, &COUNT, |_, _, _: NoRequest| async {
                Ok::<_, Status>(12)
            }),
            1 => Handler::unary(shop, &BUY, |_, _, _: Glass| async {
                Ok::<_, Status>(Glass { whole: false })
            }),
            _ => return None,
        })
    }
}

fn count(channel: &Channel) -> Unary<'_, NoRequest, i64> {
    Unary::new(channel, &COUNT, NoRequest {})
}

fn buy(channel: &Channel, whole: bool) -> Unary<'_, Glass, Glass> {
    Unary::new(channel, &BUY, Glass { whole })
}

#[tokio::test]
async fn a_request_that_panics_leaves_those_before_it_alone() {
    let server = Running::start(Shop, Limits::default()).await;
    let channel = Channel::connect(&server.address).await.unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    // The first is alone and written at once; the second waits for the connection's task.
    let (mut first, mut second) = (pin!(count(&channel)), pin!(count(&channel)));
    assert!(first.as_mut().poll(&mut cx).is_pending());
    assert!(second.as_mut().poll(&mut cx).is_pending());
    let mut broken = Box::pin(buy(&channel, false));
    let polled = catch_unwind(AssertUnwindSafe(|| {
        broken.as_mut().poll(&mut cx).is_ready()
    }));
    assert!(polled.is_err());
    assert_eq!(first.await.unwrap(), 12);
    assert_eq!(second.await.unwrap(), 12);
    assert_eq!(count(&channel).await.unwrap(), 12);
    drop(channel);
    server.stopped().await;
}

#[tokio::test]
async fn a_reply_that_panics_leaves_those_before_it_alone() {
    let server = Running::start(Shop, Limits::default()).await;
    let channel = Channel::connect(&server.address).await.unwrap();
    assert_eq!(count(&channel).await.unwrap(), 12);
    let calls = (
        count(&channel),
        count(&channel),
        buy(&channel, true),
        count(&channel),
    );
    let (one, two, glass, three) = tokio::join!(calls.0, calls.1, calls.2, calls.3);
    assert_eq!((one.unwrap(), two.unwrap(), three.unwrap()), (12, 12, 12));
    assert_eq!(glass.unwrap_err().code(), Code::Internal);
    drop(channel);
    server.stopped().await;
}
