//! Calls in tasks of their own.

use std::sync::{Arc, Barrier};

use sinew::codegen::{Handler, Method, NamedService, dispatch};
use sinew::{Call, Code, Limits, MethodRef, Reply, Service, Status, layer};

use crate::probe::{ECHO, EchoRequest, Probe, ProbeClient, Running, code};

/// Only answers once two handlers compute at the same time.
#[derive(Clone)]
struct Together(Arc<Barrier>);

impl NamedService for Together {
    const NAMES: &'static [&'static str] = &["test.Probe"];
    const METHODS: &'static [&'static Method] = &[&ECHO];
}

impl Service for Together {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        dispatch(self, call).await
    }

    fn handler(&self, method: &MethodRef) -> Option<Handler> {
        method.index::<Self>()?;
        let run = |together: Arc<Self>, _, request: EchoRequest| async move {
            together.0.wait();
            Ok::<_, Status>(request.data)
        };
        Some(Handler::unary(&Arc::new(self.clone()), &ECHO, run))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn handlers_that_compute_do_not_hold_up_those_of_the_same_client() {
    let service = Together(Arc::new(Barrier::new(2)));
    let server = Running::start(service.layer(layer::spawned), Limits::default()).await;
    let client = server.client().await;
    let (one, other) = tokio::join!(client.echo("one"), client.echo("other"));
    assert_eq!(
        (&*one.unwrap(), &*other.unwrap()),
        (&b"one"[..], &b"other"[..])
    );
    drop(client);
    server.stopped().await;
}

#[tokio::test]
async fn they_are_given_up_and_panic_as_all_others() {
    let probe = Probe::default();
    let server = Running::start(probe.clone().layer(layer::spawned), Limits::default()).await;
    let over = server.client().await;
    for client in [over, ProbeClient::new(probe.clone().layer(layer::spawned))] {
        let before = probe.inner.gone.load(std::sync::atomic::Ordering::SeqCst);
        let given_up = tokio::spawn(client.wait().owned());
        probe.began(before + 1).await;
        given_up.abort();
        probe.gone(before + 1).await;
        assert_eq!(code(client.boom().await), Code::Internal);
        assert_eq!(client.echo("x").await.unwrap(), b"x");
    }
}
