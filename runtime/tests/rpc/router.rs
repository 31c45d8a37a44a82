//! Several services behind one port.

use sinew::codegen::{Method, NamedService, no_such_method, reply};
use sinew::layer::Next;
use sinew::reflect::{ReflectClient, ServiceInfo};
use sinew::{Call, Channel, Code, Limits, Reply, Router, Server, Service, Status, Unary};

use crate::probe::{NoRequest, Running};

static BASE_WHO: Method = Method::unary::<NoRequest, String, Status>("test.Base", "who");
static DERIVED_WHO: Method = Method::inherited("test.Derived", &BASE_WHO);
static DERIVED_OWN: Method = Method::unary::<NoRequest, String, Status>("test.Derived", "own");
static OTHER_WHO: Method = Method::inherited("test.Other", &BASE_WHO);
static OTHER_OWN: Method = Method::unary::<NoRequest, String, Status>("test.Other", "own");
static LEAF_WHO: Method = Method::inherited("test.Leaf", &BASE_WHO).through(&["test.Derived"]);
static LEAF_OWN: Method = Method::inherited("test.Leaf", &DERIVED_OWN);

/// Answers everything with its name.
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
service!(Derived: "test.Derived", "test.Base"; &DERIVED_WHO, &DERIVED_OWN);
service!(Another: "test.Derived", "test.Base"; &DERIVED_WHO, &DERIVED_OWN);
service!(Other: "test.Other", "test.Base"; &OTHER_WHO, &OTHER_OWN);
service!(Leaf: "test.Leaf", "test.Derived", "test.Base"; &LEAF_WHO, &LEAF_OWN);

async fn ask(channel: &Channel, method: &'static Method) -> Result<String, Code> {
    Unary::<_, String>::new(channel, method, NoRequest {})
        .await
        .map_err(|status| status.code())
}

/// A channel to what a server serves on a connection.
fn connected(server: Server) -> Channel {
    let (ours, theirs) = tokio::io::duplex(4096);
    tokio::spawn(server.serve_connection(theirs));
    Channel::over(ours)
}

fn said(name: &str) -> Result<String, Code> {
    Ok(name.to_owned())
}

const NOT_HERE: Result<String, Code> = Err(Code::Unimplemented);

#[tokio::test]
async fn a_service_answers_to_its_name_and_to_those_that_it_extends() {
    let alone = Channel::new(Router::new().add(Derived));
    for method in [&DERIVED_WHO, &DERIVED_OWN, &BASE_WHO] {
        assert_eq!(ask(&alone, method).await, said("Derived"), "{method:?}");
    }
    for method in [&OTHER_OWN, &OTHER_WHO, &LEAF_WHO, &LEAF_OWN] {
        assert_eq!(ask(&alone, method).await, NOT_HERE, "{method:?}");
    }

    let leaf = Channel::new(Router::new().add(Leaf));
    for method in [&LEAF_WHO, &LEAF_OWN, &DERIVED_WHO, &DERIVED_OWN, &BASE_WHO] {
        assert_eq!(ask(&leaf, method).await, said("Leaf"), "{method:?}");
    }
}

/// It may be something else there: the base may later have got a method of that name.
#[tokio::test]
async fn a_method_of_its_own_is_not_answered_by_the_name_of_a_base() {
    static BASE_OWN: Method = Method::unary::<NoRequest, String, Status>("test.Base", "own");
    for router in [Router::new().add(Derived), Router::new().add(Leaf)] {
        assert_eq!(ask(&Channel::new(router), &BASE_OWN).await, NOT_HERE);
    }
}

#[tokio::test]
async fn services_with_a_common_base_get_their_own_calls() {
    for router in [
        Router::new().add(Derived).add(Other),
        Router::new().add(Other).add(Derived),
    ] {
        let both = Channel::new(router.clone());
        assert_eq!(ask(&both, &DERIVED_WHO).await, said("Derived"));
        assert_eq!(ask(&both, &OTHER_WHO).await, said("Other"));
        let status = Unary::<_, String>::new(&both, &BASE_WHO, NoRequest {}).await;
        let status = status.expect_err("it could be either");
        assert_eq!(status.code(), Code::Unimplemented);
        assert!(status.message().contains("`test.Base`"), "{status}");
        assert!(status.message().contains("by its own name"), "{status}");

        let all = Channel::new(router.add(Base));
        assert_eq!(ask(&all, &BASE_WHO).await, said("Base"));
        assert_eq!(ask(&all, &DERIVED_WHO).await, said("Derived"));
    }
}

#[tokio::test]
async fn a_service_that_replaces_another_does_so_by_all_its_names() {
    let channel = Channel::new(Router::new().add(Derived).add(Another));
    for method in [&DERIVED_WHO, &DERIVED_OWN, &BASE_WHO] {
        assert_eq!(ask(&channel, method).await, said("Another"), "{method:?}");
    }
}

#[test]
fn a_rule_for_a_method_is_one_for_those_that_inherit_it() {
    let all = [&BASE_WHO, &DERIVED_WHO, &OTHER_WHO, &LEAF_WHO];
    let that_are = |method: &Method| {
        let found = all.iter().filter(|it| it.is(method));
        found.map(|it| it.service()).collect::<Vec<_>>()
    };
    let services = ["test.Base", "test.Derived", "test.Other", "test.Leaf"];
    assert_eq!(that_are(&BASE_WHO), services);
    assert_eq!(that_are(&DERIVED_WHO), ["test.Derived", "test.Leaf"]);
    assert_eq!(that_are(&OTHER_WHO), ["test.Other"]);
    assert_eq!(that_are(&LEAF_WHO), ["test.Leaf"]);
    assert_eq!(that_are(&DERIVED_OWN), [""; 0]);
}

#[test]
fn an_inherited_method_keeps_its_promises() {
    static BASE: Method = Method::unary::<NoRequest, String, Status>("test.Base", "read")
        .readonly()
        .timeout(5)
        .sensitive();
    static INHERITED: Method = Method::inherited("test.Derived", &BASE);
    assert_eq!(
        (INHERITED.service(), INHERITED.name()),
        ("test.Derived", "read")
    );
    assert!(INHERITED.is_readonly() && INHERITED.is_idempotent() && INHERITED.is_sensitive());
    assert!(!INHERITED.is_oneway() && !INHERITED.has_streams());
    assert_eq!(INHERITED.own_timeout(), BASE.own_timeout());
}

/// If access is decided by method, another name for the method must not get round that.
#[tokio::test]
async fn a_method_is_known_by_any_of_its_names() {
    for rule in [&BASE_WHO, &DERIVED_WHO, &LEAF_WHO] {
        let guard = move |call: Call, next: Next| async move {
            match call.method.is(rule) {
                true => Err(Status::permission_denied(call.method.service().to_owned())),
                false => next.run(call).await,
            }
        };
        let remote = connected(Server::new().add(Leaf).layer(guard));
        for name in [&BASE_WHO, &DERIVED_WHO, &LEAF_WHO] {
            let denied = Err(Code::PermissionDenied);
            assert_eq!(ask(&remote, name).await, denied, "{rule:?}, {name:?}");
        }
        assert_eq!(ask(&remote, &LEAF_OWN).await, said("Leaf"));
    }
}

#[tokio::test]
async fn rules_tell_services_with_a_common_base_apart() {
    let guard = |call: Call, next: Next| async move {
        match call.method.is(&DERIVED_WHO) {
            true => next.run(call).await,
            false => Err(Status::permission_denied("not this one")),
        }
    };
    let remote = connected(Server::new().add(Derived).add(Other).layer(guard));
    assert_eq!(ask(&remote, &DERIVED_WHO).await, said("Derived"));
    let denied = Err(Code::PermissionDenied);
    assert_eq!(ask(&remote, &OTHER_WHO).await, denied);
    assert_eq!(ask(&remote, &BASE_WHO).await, denied);
}

/// In the past, clients called inherited methods by the name of the base, and servers knew them by it.
#[tokio::test]
async fn clients_and_servers_from_before_go_on_to_work() {
    service!(Before: "test.Derived", "test.Base"; &BASE_WHO, &DERIVED_OWN);

    let old_server = connected(Server::new().add(Before));
    assert_eq!(ask(&old_server, &DERIVED_WHO).await, said("Before"));
    assert_eq!(ask(&old_server, &BASE_WHO).await, said("Before"));
    let new_server = connected(Server::new().add(Derived));
    assert_eq!(ask(&new_server, &BASE_WHO).await, said("Derived"));
}

#[tokio::test]
async fn a_method_that_moves_to_a_base_is_found_from_both_sides() {
    static BEFORE: Method = Method::unary::<NoRequest, String, Status>("test.Derived", "who");
    service!(Old: "test.Derived"; &BEFORE);

    let old_server = connected(Server::new().add(Old));
    assert_eq!(ask(&old_server, &DERIVED_WHO).await, said("Old"));
    let new_server = connected(Server::new().add(Other).add(Derived));
    assert_eq!(ask(&new_server, &BEFORE).await, said("Derived"));
}

/// A channel is a service like any other: here it is behind a port.
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
    let relay = Relay(Channel::connect(far.address.clone()).await.unwrap());
    let channel = connected(Server::new().add(relay));
    for _ in 0..3 {
        assert_eq!(ask(&channel, &DERIVED_OWN).await, Ok("Derived".into()));
        assert_eq!(ask(&channel, &BASE_WHO).await, Ok("Derived".into()));
    }
}

/// Each call is relayed with the name that it came with: behind the relay these are two services.
#[tokio::test]
async fn calls_pass_through_a_relay_by_the_names_that_they_came_by() {
    struct Knowing(Channel);

    impl NamedService for Knowing {
        const NAMES: &'static [&'static str] = Derived::NAMES;
        const METHODS: &'static [&'static Method] = Derived::METHODS;
    }

    impl Service for Knowing {
        async fn call(&self, call: Call) -> Result<Reply, Status> {
            self.0.call(call).await
        }
    }

    let far = connected(Server::new().add(Base).add(Derived));
    let near = connected(Server::new().add(Knowing(far)));
    for _ in 0..2 {
        assert_eq!(ask(&near, &BASE_WHO).await, said("Base"));
        assert_eq!(ask(&near, &DERIVED_WHO).await, said("Derived"));
    }
}

#[tokio::test]
async fn reflection_lists_what_answers() {
    async fn listed(router: Router) -> Vec<String> {
        let reflect = ReflectClient::new(router.add_reflection());
        let services = reflect.services().await.expect("it is there");
        let line = |service: ServiceInfo| {
            let methods: Vec<_> = service.methods.into_iter().map(|it| it.name).collect();
            format!("{}: {}", service.name, methods.join(" "))
        };
        services.into_iter().map(line).collect()
    }

    assert_eq!(
        listed(Router::new().add(Derived)).await,
        [
            "sinew.Reflect: services sources",
            "test.Base: who",
            "test.Derived: who own",
        ]
    );
    assert_eq!(
        listed(Router::new().add(Derived).add(Other)).await,
        [
            "sinew.Reflect: services sources",
            "test.Derived: who own",
            "test.Other: who own",
        ]
    );
}
