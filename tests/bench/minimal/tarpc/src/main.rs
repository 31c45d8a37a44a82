//! `echo` with tarpc.

use futures_util::StreamExt;
use tarpc::server::{BaseChannel, Channel};
use tarpc::tokio_serde::formats::Bincode;
use tarpc::{client, context, serde_transport::tcp};

#[tarpc::service]
trait Echo {
    async fn echo(text: String) -> String;
}

#[derive(Clone)]
struct Handler;

impl Echo for Handler {
    async fn echo(self, _: context::Context, text: String) -> String {
        text
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut listener = tcp::listen("127.0.0.1:0", Bincode::default).await?;
    let address = listener.local_addr();
    tokio::spawn(async move {
        while let Some(Ok(transport)) = listener.next().await {
            let responses = BaseChannel::with_defaults(transport).execute(Handler.serve());
            tokio::spawn(responses.for_each(async |response| drop(tokio::spawn(response))));
        }
    });
    let transport = tcp::connect(address, Bincode::default).await?;
    let client = EchoClient::new(client::Config::default(), transport).spawn();
    println!("{}", client.echo(context::current(), "hello".to_owned()).await?);
    Ok(())
}
