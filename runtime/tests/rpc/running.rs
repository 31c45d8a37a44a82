//! A server of one service on a loopback port: how to call and to stop it.

use std::marker::PhantomData;

use sinew::{Channel, Connect, Limits, NamedService, Server};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::port::Port;

/// A server on a loopback port whose clients are `C`s.
pub struct Running<C> {
    pub address: String,
    port: Port,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
    clients: PhantomData<fn() -> C>,
}

impl<C: From<Channel>> Running<C> {
    pub async fn start(service: impl NamedService, limits: Limits) -> Self {
        let server = Server::new().add(service).limits(limits);
        let port = Port::free();
        let listening = server.listen(port.listen()).expect("it has an address");
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(listening.run_until(stopped));
        Self {
            address: port.address.clone(),
            port,
            stop: Some(stop),
            task,
            clients: PhantomData,
        }
    }

    pub async fn client(&self) -> C {
        self.client_with(Limits::default()).await
    }

    pub async fn client_with(&self, limits: Limits) -> C {
        let channel = Connect::new().limits(limits).to(&self.address).await;
        channel.expect("a test server runs").into()
    }

    /// Tells the server to stop.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).expect("the server runs");
        }
    }

    /// Waits for a server that was told to stop.
    pub async fn stopped_already(self) -> Port {
        self.task.await.expect("a test server runs");
        self.port
    }

    /// Stops the server abruptly.
    pub async fn killed(self) -> Port {
        self.task.abort();
        self.task.await.expect_err("it was killed");
        self.port
    }

    /// Stops the server and waits until it has. Nobody listens at its port then.
    pub async fn stopped(mut self) -> Port {
        self.stop();
        self.stopped_already().await
    }
}
