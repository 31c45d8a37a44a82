//! Clients and servers of different versions of one schema.

use sinew::codegen::{Method, NamedService, no_such_method, reply};
use sinew::{Call, Channel, Code, Limits, Reply, Service, Status, Unary};

use crate::probe::Running;

/// The server's schema.
mod server {
    use crate::probe::{errors, record};
    use sinew::codegen::*;
    use sinew::{Status, UnknownVariant};

    record!("test.AskRequest", AskRequest { 2 name: String });
    record!("test.Answer", Answer { 1 text: String, 3 length: u32, 7 name: String });
    record!("test.TooShort", TooShort {});
    record!("test.TooLong", TooLong { 1 limit: u32 });
    errors!("test.AskError", AskError { 1 TooShort: TooShort, 2 TooLong: TooLong });

    pub static ASK: Method = Method::unary::<AskRequest, Answer, AskError>("test.Oracle", "ask");
}

/// The client's schema: one more field in the request, one less in the answer and in another order, one exception less.
mod client {
    use crate::probe::{errors, record};
    use sinew::codegen::*;
    use sinew::{Status, UnknownVariant};

    record!("test.AskRequest", AskRequest { 1 weight: u32, 2 name: String, 9 tags: Vec<String> });
    record!("test.Answer", Answer { 3 length: u32, 7 name: String });
    record!("test.TooShort", TooShort {});
    errors!("test.AskError", AskError { 1 TooShort: TooShort });

    pub static ASK: Method = Method::unary::<AskRequest, Answer, AskError>("test.Oracle", "ask");
    /// From before there were exceptions.
    pub static ASK_PLAINLY: Method =
        Method::unary::<AskRequest, Answer, Status>("test.Oracle", "ask");
    /// From before there was a result.
    pub static ASK_IN_VAIN: Method =
        Method::unary::<AskRequest, (), AskError>("test.Oracle", "ask");
}

struct Oracle;

impl NamedService for Oracle {
    const NAMES: &'static [&'static str] = &["test.Oracle"];
    const METHODS: &'static [&'static Method] = &[&server::ASK];
}

impl Service for Oracle {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        match call.index::<Self>() {
            Some(0) => {
                let (_, request) = call.decode::<server::AskRequest>(&server::ASK)?;
                reply(&server::ASK, answer(request.name))
            }
            _ => Err(no_such_method(&call)),
        }
    }
}

fn answer(name: String) -> Result<server::Answer, server::AskError> {
    match name.len() as u32 {
        0 => Err(server::AskError::TooShort(server::TooShort {})),
        length @ 1..=5 => Ok(server::Answer {
            text: "a text".into(),
            length,
            name,
        }),
        _ => Err(server::AskError::TooLong(server::TooLong { limit: 5 })),
    }
}

fn request(name: &str) -> client::AskRequest {
    client::AskRequest {
        weight: 3,
        name: name.into(),
        tags: vec!["x".into()],
    }
}

#[tokio::test]
async fn versions_understand_each_other_over_tcp_and_in_process() {
    let running = Running::start(Oracle, Limits::default()).await;
    let far = Channel::connect(running.address.clone()).await.unwrap();
    for channel in [far, Channel::new(Oracle)] {
        // Twice, because shapes are sent with the first call of a method and with its first answer.
        for _ in 0..2 {
            let ask = |name| {
                Unary::<_, client::Answer, client::AskError>::new(
                    &channel,
                    &client::ASK,
                    request(name),
                )
            };
            assert_eq!(
                ask("Ada").await.unwrap(),
                client::Answer {
                    length: 3,
                    name: "Ada".into()
                }
            );
            assert!(matches!(ask("").await, Err(client::AskError::TooShort(_))));
            let unknown = ask("Ada Lovelace").await;
            assert!(
                matches!(&unknown, Err(client::AskError::Unrecognized(e)) if e.id() == 2),
                "{unknown:?}"
            );
            let unknown = unknown.map_err(|error| error.to_string());
            assert_eq!(
                unknown.expect_err("it is one"),
                "exception 2, which the schema of this program does not have"
            );

            let plainly = |name| {
                Unary::<_, client::Answer>::new(&channel, &client::ASK_PLAINLY, request(name))
            };
            assert_eq!(plainly("Ada").await.unwrap().length, 3);
            assert_eq!(plainly("").await.unwrap_err().code(), Code::Unknown);

            let in_vain = |name| {
                Unary::<_, (), client::AskError>::new(&channel, &client::ASK_IN_VAIN, request(name))
            };
            in_vain("Ada").await.expect("the answer is passed over");
            let refused = in_vain("").await;
            assert!(matches!(refused, Err(client::AskError::TooShort(_))));
        }
    }
    running.stopped().await;
}

/// Relays what clients of any version send, on one connection.
struct Relay(Channel);

impl NamedService for Relay {
    const NAMES: &'static [&'static str] = &["test.Oracle"];
    const METHODS: &'static [&'static Method] = &[&server::ASK];
}

impl Service for Relay {
    async fn call(&self, call: Call) -> Result<Reply, Status> {
        self.0.call(call).await
    }
}

#[tokio::test]
async fn a_relay_passes_on_what_clients_of_each_version_have_sent() {
    let oracle = Running::start(Oracle, Limits::default()).await;
    let behind = Channel::connect(oracle.address.clone()).await.unwrap();
    let relay = Running::start(Relay(behind.clone()), Limits::default()).await;
    let old = Channel::connect(relay.address.clone()).await.unwrap();
    let new = Channel::connect(relay.address.clone()).await.unwrap();
    for channel in [&new, &behind] {
        for _ in 0..2 {
            let name = "Bob".to_owned();
            let asked = server::AskRequest { name };
            let answer =
                Unary::<_, server::Answer, server::AskError>::new(channel, &server::ASK, asked);
            assert_eq!(answer.await.unwrap().name, "Bob");
            let asked = request("Ada");
            let answer =
                Unary::<_, client::Answer, client::AskError>::new(&old, &client::ASK, asked);
            assert_eq!(answer.await.unwrap().name, "Ada");
        }
    }
    relay.stopped().await;
    oracle.stopped().await;
}
