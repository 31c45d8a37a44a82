//! Several services behind one port.

use sinew::codegen::{Method, NamedService, no_such_method, reply};
use sinew::layer::Next;
use sinew::{Call, Channel, Code, Limits, Reply, Router, Server, Service, Status, Unary};

use crate::probe::{NoRequest, Running};

static BASE_WHO: Method = Method::unary::<NoRequest, String, Status>("test.Base", "who");
static DERIVED_OWN: Method = Method::unary::<NoRequest, String, Status>("test.Derived", "own");
static OTHER_OWN: Method = Method::unary::<NoRequest, String, Status>("test.Other", "own");

/// Says its name to whatever it is asked.
macro_rules! service {
    ($name:ident: $($wire:literal),+; $($method:expr),+) => {
        struct $name;

        impl NamedService for $name {
            const NAMES: &'static [&'static str] = &[$($wire),+];
            const METHODS: &'static [&'static Method] = &[$($method),+];
        }

        impl Service for $name {
            async fn call(&self, call: Call) -> Result<Reply, Status> {
                match call.index::<Self>() {
                    Some(index) => reply(Self::METHODS[index], Ok::<_, Status>(stringify!($name).to_owned())),
                    None => Err(no_such_method(&call)),
                }
            }
        }
    };
}

service!(Base: "test.Base"; &BASE_WHO);
service!(Derived: "test.Derived", "test.Base"; &BASE_WHO, &DERIVED_OWN);
service!(Other: "test.Other", "test.Base"; &BASE_WHO, &OTHER_OWN);

async fn ask(channel: &Channel, method: &'static Method) -> Result<String, Code> {
    Unary::<_, String>::new(channel, method, NoRequest {})
        .await
        .map_err(|status| status.code())
}

#[tokio::test]
async fn services_answer_to_their_names_and_to_those_they_extend() {
    let alone = Channel::new(Router::new().add(Derived));
    assert_eq!(ask(&alone, &BASE_WHO).await, Ok("Derived".into()));
    assert_eq!(ask(&alone, &DERIVED_OWN).await, Ok("Derived".into()));
    assert_eq!(ask(&alone, &OTHER_OWN).await, Err(Code::Unimplemented));

    let first_wins = Channel::new(Router::new().add(Derived).add(Other));
    assert_eq!(ask(&first_wins, &BASE_WHO).await, Ok("Derived".into()));
    assert_eq!(ask(&first_wins, &OTHER_OWN).await, Ok("Other".into()));

    for router in [
        Router::new().add(Base).add(Derived),
        Router::new().add(Derived).add(Base),
    ] {
        let own_name_wins = Channel::new(router);
        assert_eq!(ask(&own_name_wins, &BASE_WHO).await, Ok("Base".into()));
        assert_eq!(
            ask(&own_name_wins, &DERIVED_OWN).await,
            Ok("Derived".into())
        );
    }
}

/// Whoever decides by the method what a caller may do cannot be got round by another name for it.
#[tokio::test]
async fn a_method_is_known_by_any_of_its_names() {
    static BY_THE_OTHER_NAME: Method =
        Method::unary::<NoRequest, String, Status>("test.Derived", "who");
    let guard = |call: Call, next: Next| async move {
        match call.method.known() == Some(&BASE_WHO) {
            true => Err(Status::permission_denied(call.method.service().to_owned())),
            false => next.run(call).await,
        }
    };
    let server = Server::new().add(Derived).layer(guard);
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::spawn(server.serve_connection(theirs));
    let remote = Channel::over(ours);
    let denied = Err(Code::PermissionDenied);
    assert_eq!(ask(&remote, &BASE_WHO).await, denied);
    assert_eq!(ask(&remote, &BY_THE_OTHER_NAME).await, denied);
    assert_eq!(ask(&remote, &DERIVED_OWN).await, Ok("Derived".into()));
}

/// A channel is a service like any other: here it stands behind a port of its own.
struct Relay(Channel);

impl NamedService for Relay {
    const NAMES: &'static [&'static str] = &["test.Derived", "test.Base"];
    const METHODS: &'static [&'static Method] = &[];
}

impl Service for Relay {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        self.0.call(call).await
    }
}

#[tokio::test]
async fn calls_pass_through_a_relay_that_knows_no_types() {
    let far = Running::start(Derived, Limits::default()).await;
    let relay = Server::new().add(Relay(Channel::connect(far.address.clone()).await.unwrap()));
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::spawn(relay.serve_connection(theirs));
    let channel = Channel::over(ours);
    for _ in 0..3 {
        assert_eq!(ask(&channel, &DERIVED_OWN).await, Ok("Derived".into()));
        assert_eq!(ask(&channel, &BASE_WHO).await, Ok("Derived".into()));
    }
}
