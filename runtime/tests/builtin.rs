//! The built-in services, over a real socket.

use std::time::Duration;

use sinew::health::{HealthClient, HealthServer, Reporter, Serving};
use sinew::reflect::{MethodInfo, ReflectClient, ServiceInfo, Source, SourcePart};
use sinew::{Channel, Limits, PeerShape, Server, Status};
use tokio::sync::oneshot;

async fn serve(server: Server) -> Result<String, Status> {
    let listening = server.bind("127.0.0.1:0").await?;
    let address = listening.local_addr().to_string();
    tokio::spawn(listening.run());
    Ok(address)
}

#[tokio::test]
async fn health_is_what_was_reported() -> Result<(), Status> {
    let reporter = Reporter::new();
    let address = serve(Server::new().add(reporter.service())).await?;
    let health = HealthClient::connect(address).await?;

    assert_eq!(health.check("").await?, Serving::Serving);
    assert_eq!(health.check("shop.Orders").await?, Serving::Unknown);
    reporter.set("shop.Orders", Serving::NotServing);
    assert_eq!(health.check("shop.Orders").await?, Serving::NotServing);
    reporter.set("shop.Orders", Serving::Serving);
    assert_eq!(health.check("shop.Orders").await?, Serving::Serving);
    Ok(())
}

#[tokio::test]
async fn a_server_that_drains_says_so() -> Result<(), Status> {
    let (stop, stopped) = oneshot::channel::<()>();
    let (began, begins) = oneshot::channel::<()>();
    let (answer, answered) = oneshot::channel();
    let began = std::sync::Mutex::new(Some((began, answered)));
    // A call in flight while the server drains then asks once more.
    let reporter = Reporter::new();
    let server = Server::new()
        .add(reporter.service())
        .layer(move |call, next| {
            let first = began.lock().ok().and_then(|mut began| began.take());
            async move {
                if let Some((began, answered)) = first {
                    let _ = began.send(());
                    let _ = answered.await;
                    call.cx.draining().await;
                }
                next.run(call).await
            }
        });
    let listening = server.bind("127.0.0.1:0").await?;
    let address = listening.local_addr().to_string();
    let served = tokio::spawn(listening.run_until(stopped));
    let health = HealthClient::connect(address).await?;
    let asked = tokio::spawn(async move { health.check("").await });
    begins.await.expect("the call has begun");
    let _ = stop.send(());
    let _ = answer.send(());
    let state = asked.await.expect("the caller does not panic")?;
    assert_eq!(state, Serving::NotServing);
    served.await.expect("the server does not panic");
    Ok(())
}

/// The server's health has not changed: watchers reconnect and watch again.
#[tokio::test(start_paused = true)]
async fn a_connection_that_is_old_says_nothing_of_its_server() -> Result<(), Status> {
    let mut limits = Limits::default();
    limits.max_age = Some(Duration::from_secs(60));
    let server = Server::new().add(Reporter::new().service()).limits(limits);
    let (ours, theirs) = tokio::io::duplex(4096);
    let served = tokio::spawn(server.serve_connection(theirs));
    let health = HealthClient::new(Channel::over(ours));
    let mut states = health.watch("").await?;
    assert_eq!(states.recv().await?, Some(Serving::Serving));
    assert_eq!(states.recv().await?, None);
    served.await.expect("the connection ends");
    Ok(())
}

#[tokio::test]
async fn reflection_lists_services_and_shapes() -> Result<(), Status> {
    let server = Server::new()
        .add(Reporter::new().service())
        .add_reflection();
    let reflect = ReflectClient::connect(serve(server).await?).await?;

    let services = reflect.services().await?;
    let names: Vec<&str> = services
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    assert_eq!(names, ["sinew.Health", "sinew.Reflect"]);
    let [ServiceInfo { methods, .. }, _] = &services[..] else {
        panic!("two services")
    };
    let [check, _watch] = &methods[..] else {
        panic!("two methods")
    };
    let MethodInfo {
        name,
        readonly,
        request,
        reply,
        ..
    } = check;
    assert_eq!((name.as_str(), *readonly), ("check", true));
    PeerShape::parse(request).expect("a head");
    PeerShape::parse(reply).expect("a head");
    Ok(())
}

/// Files of other schemas are not published, and one that is longer than a message comes in parts.
#[tokio::test]
async fn reflection_tells_files_of_its_services() -> Result<(), Status> {
    let long: &str = "é".repeat(3 << 20).leak();
    let files = vec![
        Source::new("secret.idl", &[], &["shop.Secrets"], &[1], ""),
        Source::new("common.idl", &["shop/common.idl"], &[], &[1], long),
        Source::new("health.idl", &[], &["sinew.Health"], &[1], "text"),
    ];
    let server = Server::new()
        .add(Reporter::new().service())
        .add_reflection_with([&*files.leak()]);
    let reflect = ReflectClient::connect(serve(server).await?).await?;
    let (mut parts, mut told) = (reflect.sources().await?, Vec::new());
    let mut count = 0;
    while let Some(SourcePart {
        set,
        path,
        also,
        text,
    }) = parts.recv().await?
    {
        assert_eq!(set, 0);
        count += 1;
        match told.last_mut() {
            Some((last, _, all)) if *last == path => *all += text.as_str(),
            _ => told.push((path, also, text)),
        }
    }
    let [(common, also, text), (health, ..)] = &told[..] else {
        panic!("two files")
    };
    assert_eq!(common, "common.idl");
    assert_eq!(also[..], ["shop/common.idl"]);
    assert!(text == long);
    assert_eq!(health, "health.idl");
    assert!(count > 4);
    Ok(())
}

/// A server that does not publish its schema reveals none of it.
#[tokio::test]
async fn reflection_tells_no_file_unless_it_is_given_some() -> Result<(), Status> {
    let server = Server::new().add(Reporter::new().service());
    let reflect = ReflectClient::connect(serve(server.add_reflection()).await?).await?;
    assert_eq!(reflect.sources().await?.recv().await?, None);
    Ok(())
}

#[tokio::test]
async fn health_works_in_one_process() -> Result<(), Status> {
    let health = HealthClient::new(HealthServer::new(Reporter::new()));
    assert_eq!(health.check("").await?, Serving::Serving);
    Ok(())
}

#[tokio::test]
async fn a_watcher_is_told_each_change() -> Result<(), Status> {
    let reporter = Reporter::new();
    let (stop, stopped) = oneshot::channel::<()>();
    let listening = Server::new()
        .add(reporter.service())
        .bind("127.0.0.1:0")
        .await?;
    let address = listening.local_addr().to_string();
    let served = tokio::spawn(listening.run_until(stopped));
    let health = HealthClient::connect(address).await?;
    let mut orders = health.watch("shop.Orders").await?;
    let mut whole = health.watch("").await?;

    assert_eq!(orders.recv().await?, Some(Serving::Unknown));
    assert_eq!(whole.recv().await?, Some(Serving::Serving));
    reporter.set("shop.Orders", Serving::NotServing);
    assert_eq!(orders.recv().await?, Some(Serving::NotServing));
    // Reporting the same state again is no change, nor is a report about another service.
    reporter.set("shop.Orders", Serving::NotServing);
    reporter.set("shop.Stock", Serving::Serving);
    reporter.set("shop.Orders", Serving::Serving);
    assert_eq!(orders.recv().await?, Some(Serving::Serving));

    // A draining server reports that, and does not wait for its watchers.
    stop.send(()).expect("the server runs");
    for mut stream in [orders, whole] {
        assert_eq!(stream.recv().await?, Some(Serving::NotServing));
        assert_eq!(stream.recv().await?, None);
    }
    served.await.expect("the server ends");
    Ok(())
}
