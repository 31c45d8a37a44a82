//! Handlers that look at their requests: in one process, over a connection, and with layers in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use cases::lent::desk::{self, PlaceError, PlaceRequest};
use cases::lent::later;
use cases::lent::{
    Desk, DeskClient, DeskMock, DeskServer, Health, Item, Kind, LaterOrder, Order, OrderRequired,
    OrderView, Receipt, Refused,
};
use sinew::codegen::Method;
use sinew::layer::Next;
use sinew::{Call, Channel, Code, Ctx, Reached, Reply, Server, Service, Unary};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Says what it sees.
#[derive(Clone)]
struct Clerk {
    calls: Arc<AtomicUsize>,
    told: UnboundedSender<&'static str>,
}

impl Health for Clerk {
    async fn ping(&self, _: Ctx, _: String) -> Result<(), Status> {
        Ok(())
    }
}

impl Desk for Clerk {
    async fn place(
        &self,
        _: Ctx,
        order: OrderView<'_>,
        note: &str,
        picture: Option<&[u8]>,
    ) -> Result<Receipt, PlaceError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        match note {
            "refuse" => return Err(Refused::new(order.customer).into()),
            "panic" => panic!("the handler was told to"),
            "wait" => {
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
            }
            "forever" => {
                let _gone = Gone(&self.told);
                self.told.send("began").expect("the test listens");
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        let picture = picture.map_or(0, |picture| picture.iter().map(|b| usize::from(*b)).sum());
        Ok(Receipt::new(format!("{note} {picture} {order:?}")))
    }

    async fn add(&self, _: Ctx, left: i64, right: i64) -> Result<i64, Status> {
        Ok(left + right)
    }

    async fn note(&self, _: Ctx, lines: Vec<&str>, secret: &str) -> Result<(), Status> {
        assert_eq!((lines, secret), (vec!["one", "two"], "three"));
        self.told.send("noted").expect("the test listens");
        Ok(())
    }
}

/// Tells when it is dropped.
struct Gone<'a>(&'a UnboundedSender<&'static str>);

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        self.0.send("gone").expect("the test listens");
    }
}

fn order(number: u64) -> Order {
    let mut order = Order::new(OrderRequired {
        number,
        customer: format!("customer {number}"),
        items: vec![
            Item::new("tea"),
            Item::new("a text that fits no short place"),
        ],
        notes: [("why".to_owned(), vec![vec![1, 2], vec![]])].into(),
        tags: ["b".to_owned(), "a".to_owned()].into(),
        lines: [vec![Some("x".to_owned()), None], vec![]],
        kind: Kind::Gift("for Ada".to_owned()),
        weights: [("g".to_owned(), 7)].into(),
    });
    order.signature = Some(vec![7; 9]);
    order
}

/// What the clerk says of an order that it sees whole.
fn seen(order: &Order, note: &str, picture: usize) -> String {
    let bytes = encode(order).expect("it can be encoded");
    let envelope = sinew::Envelope::new(&bytes);
    let view = envelope.view::<Order>().expect("it can be seen");
    format!("{note} {picture} {view:?}")
}

async fn pass(call: Call, next: Next) -> Result<Reply, Status> {
    next.run(call).await
}

struct Office {
    clerk: Clerk,
    told: UnboundedReceiver<&'static str>,
    channels: Vec<Channel>,
}

/// The clerk over a connection and in this process, with layers and without.
async fn office() -> Office {
    let (sender, told) = unbounded_channel();
    let clerk = Clerk {
        calls: Arc::default(),
        told: sender,
    };
    let served = DeskServer::new(clerk.clone());
    let plain = Server::new().add(served.clone());
    let layered = Server::new().add(served.clone().limit(1000)).layer(pass);
    let mut channels = vec![
        Channel::new(served.clone()),
        Channel::new(served.limit(1000).layer(pass)),
    ];
    for server in [plain, layered] {
        let listening = server.bind("127.0.0.1:0").await.expect("a port is free");
        let address = listening.local_addr().to_owned();
        tokio::spawn(listening.run());
        let channel = Channel::connect(address).await;
        channels.push(channel.expect("the server is there"));
    }
    Office {
        clerk,
        told,
        channels,
    }
}

#[tokio::test]
async fn handlers_see_their_requests() {
    let mut office = office().await;
    for channel in office.channels {
        let client = DeskClient::new(channel);
        for number in 0..3 {
            let placed = client.place(order(number), "now", Some(vec![2; 300])).await;
            assert_eq!(placed.unwrap().text, seen(&order(number), "now", 600));
        }
        let refused = client.place(order(4), "refuse", None).await;
        assert!(
            matches!(&refused, Err(PlaceError::Refused(refused)) if refused.why == "customer 4"),
            "{refused:?}"
        );
        assert_eq!(client.add(1, 2).await.unwrap(), 3);
        client.ping("who").await.unwrap();
        let lines = vec!["one".to_owned(), "two".to_owned()];
        client.note(lines, "three").await.unwrap();
        assert_eq!(office.told.recv().await, Some("noted"));
    }
}

#[tokio::test]
async fn what_is_seen_stays_while_handlers_wait() {
    for channel in office().await.channels {
        let client = DeskClient::new(channel);
        let calls: Vec<_> = (0..100)
            .map(|number| {
                let call = client.place(order(number), "wait", None).owned();
                tokio::spawn(call)
            })
            .collect();
        for (number, call) in (0..).zip(calls) {
            let placed = call.await.unwrap().unwrap();
            assert_eq!(placed.text, seen(&order(number), "wait", 0));
        }
    }
}

#[tokio::test]
async fn large_requests_are_seen_as_they_came() {
    for channel in office().await.channels {
        let client = DeskClient::new(channel);
        for length in [1 << 10, 20 << 10, 3 << 20] {
            let placed = client.place(order(1), "wait", Some(vec![1; length])).await;
            assert_eq!(placed.unwrap().text, seen(&order(1), "wait", length));
        }
    }
}

#[tokio::test]
async fn a_request_of_another_version_is_seen() {
    let request = |customer: &str| later::PlaceRequest {
        urgent: true,
        order: LaterOrder {
            customer: customer.to_owned(),
            number: 5,
            items: order(5).items,
            notes: order(5).notes,
            tags: order(5).tags,
            lines: order(5).lines,
            kind: order(5).kind,
            weights: order(5).weights,
            shop: "skipped".to_owned(),
        },
        note: "wait".to_owned(),
    };
    static PLACE: Method =
        Method::unary::<later::PlaceRequest, Receipt, PlaceError>("cases.lent.Desk", "place");
    let place = |channel: &Channel, customer: &str| {
        Unary::<_, Receipt, PlaceError>::new(channel, &PLACE, request(customer)).owned()
    };
    let mut expected = order(5);
    expected.signature = None;
    let office = office().await;
    for channel in &office.channels {
        for _ in 0..3 {
            let placed = place(channel, "customer 5").await.unwrap();
            assert_eq!(placed.text, seen(&expected, "wait", 0));
        }
        // A name that this version does not allow.
        let called = office.clerk.calls.load(Ordering::SeqCst);
        refused_unseen(place(channel, "").await);
        assert_eq!(office.clerk.calls.load(Ordering::SeqCst), called);
    }
}

#[tokio::test]
async fn what_is_no_request_never_reaches_the_handler() {
    static PLACE: Method =
        Method::unary::<desk::AddRequest, Receipt, PlaceError>("cases.lent.Desk", "place");
    let office = office().await;
    for channel in &office.channels {
        for _ in 0..2 {
            let request = desk::AddRequest { left: 1, right: 2 };
            refused_unseen(Unary::<_, Receipt, PlaceError>::new(channel, &PLACE, request).await);
        }
        // Who looks at a request is never shown one that breaks a constraint, in this process neither.
        let mut nameless = order(1);
        nameless.customer.clear();
        let client = DeskClient::new(channel.clone());
        refused_unseen(client.place(nameless, "now", None).await);
    }
    assert_eq!(office.clerk.calls.load(Ordering::SeqCst), 0);
}

fn refused_unseen(placed: Result<Receipt, PlaceError>) {
    let Err(PlaceError::Status(status)) = placed else {
        panic!("it is refused: {placed:?}");
    };
    let told = (status.code(), status.reached());
    assert_eq!(told, (Code::InvalidArgument, Reached::No), "{status}");
    let text = "the request of `cases.lent.Desk.place` cannot be decoded";
    assert!(status.message().starts_with(text), "{status}");
}

#[tokio::test]
async fn a_handler_ends_with_its_call_and_fails_alone() {
    let mut office = office().await;
    for channel in office.channels {
        let client = DeskClient::new(channel);
        let waiting = client.place(order(1), "forever", None).owned();
        let waiting = tokio::spawn(waiting);
        assert_eq!(office.told.recv().await, Some("began"));
        waiting.abort();
        assert_eq!(office.told.recv().await, Some("gone"));

        let failed = client.place(order(1), "panic", None).await;
        assert!(
            matches!(&failed, Err(PlaceError::Status(status)) if status.code() == Code::Internal),
            "{failed:?}"
        );
        let placed = client.place(order(2), "next", None).await.unwrap();
        assert_eq!(placed.text, seen(&order(2), "next", 0));
    }
}

#[tokio::test]
async fn a_mock_is_called_with_values() {
    let mock = DeskMock::new();
    mock.place.returns(|request| Ok(Receipt::new(request.note)));
    let client = DeskClient::new(DeskServer::new(mock.clone()));
    let mut nested = order(1);
    nested.before = Some(Box::new(order(0)));
    let placed = client.place(nested.clone(), "now", Some(vec![1])).await;
    assert_eq!(placed.unwrap().text, "now");
    let expected = PlaceRequest {
        order: nested,
        note: "now".to_owned(),
        picture: Some(vec![1]),
    };
    assert_eq!(mock.place.calls(), [expected]);
    mock.verify();
}

#[test]
fn the_view_of_a_request_keeps_secrets() {
    let view = desk::NoteRequestView {
        lines: vec!["one"],
        secret: "three",
    };
    let shown = format!("{view:?}");
    assert!(!shown.contains("three"), "{shown}");
}
