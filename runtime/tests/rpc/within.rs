//! Calls nested within one process: they are limited before the stack overflows.

use std::sync::{Arc, OnceLock};

use sinew::codegen::{Method, NamedService, reply};
use sinew::{Call, Channel, Code, Reply, Service, Status, fan_out};

use super::probe::{ABOUT, ProbeClient};

/// Calls itself in the same process until a call fails, and returns how often.
#[derive(Clone)]
struct Echoing(Arc<OnceLock<Channel>>, Way);

/// How it does so.
#[derive(Clone, Copy)]
enum Way {
    Itself,
    First,
    All,
}

impl Way {
    async fn about(self, channel: Channel) -> Result<String, Status> {
        let call = ProbeClient { channel }.about().owned();
        match self {
            Self::Itself => call.await,
            Self::First => fan_out::first([call])
                .await
                .map_err(|mut failed| failed.remove(0)),
            Self::All => fan_out::all([call]).await.remove(0),
        }
    }
}

impl NamedService for Echoing {
    const NAMES: &'static [&'static str] = &["test.Probe"];
    const METHODS: &'static [&'static Method] = &[&ABOUT];
}

impl Service for Echoing {
    async fn call(&self, _: Call) -> Result<Reply, Status> {
        let channel = self.0.get().expect("set before the first call").clone();
        let count = match self.1.about(channel).await {
            Ok(count) => count.parse::<u32>().expect("a number") + 1,
            Err(status) if status.code() == Code::ResourceExhausted => 1,
            Err(status) => return Err(status),
        };
        reply(&ABOUT, Ok::<_, Status>(count.to_string()))
    }
}

#[tokio::test]
async fn there_are_64_also_in_tasks_of_their_own() {
    for (way, spawned) in [
        (Way::Itself, false),
        (Way::Itself, true),
        (Way::First, false),
        (Way::All, false),
    ] {
        let service = Echoing(Arc::default(), way);
        let mut channel = Channel::new(service.clone());
        if spawned {
            channel = channel.layer(sinew::layer::spawned);
        }
        assert!(service.0.set(channel.clone()).is_ok());
        let client = ProbeClient { channel };
        assert_eq!(client.about().await.expect("a count"), "64");
    }
}
