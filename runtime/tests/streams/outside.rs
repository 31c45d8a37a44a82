//! Calls with streams outside a runtime.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use sinew::{Channel, Code, Reached};

use crate::flow::{Flow, FlowClient};

/// The result of a future that is ready at once.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(given) => given,
        Poll::Pending => panic!("nothing would wake it"),
    }
}

fn is_told(status: &sinew::Status) {
    let told = (status.code(), status.reached());
    assert_eq!(told, (Code::FailedPrecondition, Reached::No), "{status}");
    assert!(status.message().contains("runtime"), "{status}");
}

#[test]
fn whoever_forgets_the_runtime_is_told() {
    let lazy = FlowClient {
        channel: Channel::lazy("127.0.0.1:9"),
    };
    for client in [lazy, FlowClient::new(Flow::default())] {
        is_told(&at_once(client.blobs(1, 1)).unwrap_err());
        is_told(&at_once(client.shout("!")).unwrap_err());
        let upload = at_once(client.sum()).expect("it sends at once");
        is_told(&at_once(upload.finish()).unwrap_err().into());
        #[cfg(feature = "dynamic")]
        {
            let nothing = sinew::Bytes::new();
            let (head, body) = (nothing.clone(), nothing);
            let request = sinew::dynamic::Encoded { head, body };
            let call = sinew::dynamic::DynamicCall::new(&client.channel, "a", "b", request);
            is_told(&call.download().unwrap_err());
        }
    }
}
