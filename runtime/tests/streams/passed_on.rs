//! Streams that a server relays to another one.

use std::sync::Arc;

use sinew::codegen::{Handler, Method, NamedService, ends_as_call, reply, reply_stream};
use sinew::{
    Call, Channel, Code, Failure, Limits, MethodRef, Reply, Rx, Service, Status, Streaming, Tx,
};

use crate::flow::{
    BLOBS, Flow, FlowClient, Running, SHOUT, SUM, ShoutRequest, SumRequest, collect,
};

/// The schema of the server and of the older client.
mod old {
    use crate::probe::record;
    use sinew::Status;
    use sinew::codegen::*;
    record!("test.Nothing", Nothing {});
    record!("test.Word", Word { 2 text: String });
    pub static REPEAT: Method =
        Method::streaming::<Nothing, Word, Status, Status>("test.Parrot", "repeat").takes::<Word>();
}

/// The schema of the newer client.
mod new {
    use crate::probe::record;
    use sinew::Status;
    use sinew::codegen::*;
    record!("test.Word", Word { 1 loud: u32, 2 text: String });
    pub static REPEAT: Method =
        Method::streaming::<super::old::Nothing, super::old::Word, Status, Status>(
            "test.Parrot",
            "repeat",
        )
        .takes::<Word>();
}

/// Relays all calls, on one connection.
struct Relay(Channel);

impl NamedService for Relay {
    const NAMES: &'static [&'static str] = &["test.Flow", "test.Parrot"];
    const METHODS: &'static [&'static Method] = &[&SUM, &BLOBS, &old::REPEAT];
}

impl Service for Relay {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        self.0.call(call).await
    }
}

/// Echoes each word that it receives.
struct Parrot;

impl NamedService for Parrot {
    const NAMES: &'static [&'static str] = &["test.Parrot"];
    const METHODS: &'static [&'static Method] = &[&old::REPEAT];
}

impl Service for Parrot {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        let (_, _, (mut words, mut out)) =
            call.accept::<old::Nothing, (Rx<old::Word>, Tx<old::Word>)>(&old::REPEAT)?;
        let end = async {
            while let Some(word) = words.recv().await? {
                out.send(word).await?;
            }
            Ok(())
        };
        reply_stream::<Status, Status>(&old::REPEAT, end.await.map_err(Failure::Call))
    }
}

#[tokio::test]
async fn a_stream_without_messages_ends_where_it_is_passed_on_to() {
    let flow = Running::start(Flow::default(), Limits::default()).await;
    let behind = flow.client().await.channel;
    let relay = Running::start(Relay(behind), Limits::default()).await;
    let client = relay.client().await;
    for _ in 0..2 {
        let none = client.sum().await.unwrap().finish();
        assert_eq!(none.await.unwrap(), 0);
        let mut some = client.sum().await.unwrap();
        some.send(3).await.unwrap();
        assert_eq!(some.finish().await.unwrap(), 3);
    }
    drop(client);
    relay.stopped().await;
    flow.stopped().await;
}

/// Large pieces are relayed as they are.
#[tokio::test]
async fn large_messages_are_passed_on() {
    let flow = Running::start(Flow::default(), Limits::default()).await;
    let behind = flow.client().await.channel;
    let relay = Running::start(Relay(behind), Limits::default()).await;
    let client = relay.client().await;
    for (size, count) in [(10 << 10, 200), (100 << 10, 50), (1 << 20, 10)] {
        let mut blobs = client.blobs(size, count).await.unwrap();
        let (all, end) = collect(&mut blobs).await;
        end.unwrap();
        assert_eq!(all.len(), count as usize);
        for (n, blob) in all.iter().enumerate() {
            assert_eq!(*blob, vec![n as u8; size as usize]);
        }
    }
}

#[tokio::test]
async fn messages_of_each_version_are_understood_behind_a_relay() {
    let parrot = Running::start(Parrot, Limits::default()).await;
    let behind = parrot.client().await.channel;
    let relay = Running::start(Relay(behind.clone()), Limits::default()).await;
    for channel in [relay.client().await.channel, behind, Channel::new(Parrot)] {
        type Both<T> = (Tx<T>, Rx<old::Word>);
        let begin =
            || Streaming::<_, Both<old::Word>>::new(&channel, &old::REPEAT, old::Nothing {});
        // Both at the same time, so that each keeps its shape while the other sends its own.
        let (mut older, mut heard) = begin().await.unwrap();
        let newer = Streaming::<_, Both<new::Word>>::new(&channel, &new::REPEAT, old::Nothing {});
        let (mut newer, mut heard_new) = newer.await.unwrap();
        for text in ["a", "bee", "sea"] {
            let text = text.to_owned();
            older.send(old::Word { text: text.clone() }).await.unwrap();
            let word = heard.recv().await.unwrap().expect("a word");
            assert_eq!(word.text, text);
            let loud = 7;
            newer
                .send(new::Word {
                    loud,
                    text: text.clone(),
                })
                .await
                .unwrap();
            let word = heard_new.recv().await.unwrap().expect("a word");
            assert_eq!(word.text, text);
        }
        older.finish();
        newer.finish();
        assert!(collect(&mut heard).await.0.is_empty());
        assert!(collect(&mut heard_new).await.0.is_empty());
    }
    relay.stopped().await;
    parrot.stopped().await;
}

/// A service that hands out its handlers, like generated ones.
struct Bound(Arc<Flow>);

impl NamedService for Bound {
    const NAMES: &'static [&'static str] = Flow::NAMES;
    const METHODS: &'static [&'static Method] = Flow::METHODS;
}

impl Service for Bound {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        self.0.call(call).await
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        match method.name() {
            "sum" => Some(Handler::streaming(
                &self.0,
                &SUM,
                reply,
                |flow, _, _: SumRequest, numbers| async move { flow.sum(numbers).await },
            )),
            "shout" => Some(Handler::streaming(
                &self.0,
                &SHOUT,
                ends_as_call,
                |flow, _, request: ShoutRequest, (words, loud)| async move {
                    flow.shout(request.suffix, words, loud).await
                },
            )),
            _ => None,
        }
    }
}

#[tokio::test]
async fn a_layer_that_panics_before_it_waits_ends_its_call_only() {
    let service = Bound(Arc::default()).layer(|call, next| {
        assert_ne!(call.cx.metadata().get("bad"), Some("yes"));
        async move { next.run(call).await }
    });
    let server = Running::start(service, Limits::default()).await;
    let client: FlowClient = server.client().await;
    let mut sum = client.sum().await.unwrap();
    let bad = match client.shout("").meta("bad", "yes").await {
        Ok((_words, mut loud)) => collect(&mut loud).await.1,
        Err(status) => Err(status),
    };
    assert_eq!(bad.unwrap_err().code(), Code::Internal);
    sum.send(3).await.unwrap();
    assert_eq!(sum.finish().await.unwrap(), 3);
    drop(client);
    server.stopped().await;
}
