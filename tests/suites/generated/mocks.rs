//! Mocks: what a test tells them to answer, and what they were called with.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use cases::services::greeter::{GreetError, GreetRequest};
use cases::services::{EmptyName, GreeterClient, GreeterMock, GreeterServer, Person, TooEarly};
use cases::streams::{Point, TrackerClient, TrackerMock, TrackerServer, Unknown};
use sinew::{Code, Failure};

fn greeter() -> (GreeterMock, GreeterClient) {
    let mock = GreeterMock::new();
    (mock.clone(), GreeterClient::new(GreeterServer::new(mock)))
}

#[tokio::test]
async fn a_mock_answers_what_it_was_told_and_says_what_it_was_called_with() {
    let (mock, client) = greeter();
    mock.greet
        .once(|_| Err(EmptyName::new("say who").into()))
        .once(|_| Ok("one moment".to_owned()))
        .returns(|request| Ok(format!("Hello, {}!", request.who.name)));
    mock.part.returns(|_| Err(TooEarly::new(3).into()));

    let refused = client.greet(Person::new("")).await;
    assert!(matches!(refused, Err(GreetError::Empty(_))), "{refused:?}");
    assert_eq!(
        client.greet(Person::new("Ada")).await.unwrap(),
        "one moment"
    );
    assert_eq!(
        client.greet(Person::new("Bob")).await.unwrap(),
        "Hello, Bob!"
    );
    assert_eq!(
        client.greet(Person::new("Eve")).await.unwrap(),
        "Hello, Eve!"
    );
    assert!(client.part("Ada", vec![]).await.is_err());

    let called: Vec<String> = mock
        .greet
        .calls()
        .into_iter()
        .map(|call| call.who.name)
        .collect();
    assert_eq!(called, ["", "Ada", "Bob", "Eve"]);
    assert_eq!(
        mock.greet.calls()[1],
        GreetRequest {
            who: Person::new("Ada")
        }
    );
    assert!(mock.ping.calls().is_empty());
    mock.verify();
}

#[tokio::test]
async fn an_unexpected_call_fails_and_says_what_is_missing() {
    let (mock, client) = greeter();
    let status = client.ping().await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert_eq!(
        status.message(),
        "`cases.services.Greeter.ping` was called, and its mock has no answer: give it one before, \
         such as `mock.ping.once(..)`"
    );
    // Methods with exceptions fail in the same way.
    mock.greet.once(|_| Ok(String::new()));
    client.greet(Person::new("Ada")).await.unwrap();
    let error = client.greet(Person::new("Ada")).await.unwrap_err();
    assert!(matches!(error, GreetError::Status(_)), "{error:?}");
    mock.reset.once(|_| Ok(()));

    let problem = catch_unwind(AssertUnwindSafe(|| mock.verify())).unwrap_err();
    assert_eq!(
        problem.downcast_ref::<String>().unwrap(),
        "the mock was not called as expected:\n\
         `cases.services.Greeter.ping`: 1 calls had no answer\n\
         `cases.services.Greeter.greet`: 1 calls had no answer\n\
         `cases.services.Greeter.reset`: 1 answers had no call"
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_take_its_time_and_look_at_the_call() {
    let (mock, client) = greeter();
    mock.greet.runs(|cx, request| async move {
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        let tenant = cx.metadata().get("tenant").unwrap_or("nobody");
        Ok(format!("{} of {tenant}", request.who.name))
    });
    let call = client.greet(Person::new("Ada")).meta("tenant", "acme");
    assert_eq!(call.await.unwrap(), "Ada of acme");
    let call = client
        .greet(Person::new("Ada"))
        .timeout(std::time::Duration::from_secs(1));
    let GreetError::Status(status) = call.await.unwrap_err() else {
        panic!("no exception was declared");
    };
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_mock_has_streams() {
    let mock = TrackerMock::new();
    let client = TrackerClient::new(TrackerServer::new(mock.clone()));
    mock.follow.once(|_, request, mut output| async move {
        output
            .send(Point::new(request.name.len() as i32, 0))
            .await?;
        Err(Status::data_loss("gone"))
    });
    let mut points = client.follow("Ada").await.unwrap();
    assert_eq!(points.recv().await.unwrap(), Some(Point::new(3, 0)));
    assert_eq!(points.recv().await.unwrap_err().code(), Code::DataLoss);

    mock.sum.runs(|_, _, mut numbers| async move {
        let mut sum = 0;
        while let Some(number) = numbers.recv().await? {
            sum += number;
        }
        Ok(sum as u64)
    });
    let mut upload = client.sum().await.unwrap();
    upload.send(2).await.unwrap();
    upload.send(3).await.unwrap();
    assert_eq!(upload.finish().await.unwrap(), 5);

    mock.chat
        .runs(|_, request, (mut input, mut output)| async move {
            while let Some(said) = input.recv().await? {
                output.send(format!("{}: {said}", request.output)).await?;
            }
            Ok(())
        });
    let (mut said, mut heard) = client.chat("Ada").await.unwrap();
    said.send("hello".to_owned()).await.unwrap();
    assert_eq!(heard.recv().await.unwrap().as_deref(), Some("Ada: hello"));
    said.finish();
    assert_eq!(heard.recv().await.unwrap(), None);

    mock.hunt
        .runs(|_, _, _| async { Err(Failure::Call(Unknown::new("Bob").into())) });
    client.hunt("Bob").await.expect_err("the exception arrives");
    assert_eq!(mock.follow.calls()[0].name, "Ada");
    mock.verify();
}
