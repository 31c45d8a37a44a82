//! `echo` with Sinew, its generated code checked in.

mod echo {
    include!("generated.rs");
}

use echo::{Echo, EchoClient, EchoServer};
use sinew::{Ctx, Server, Status};

struct Handler;

impl Echo for Handler {
    async fn echo(&self, _cx: Ctx, text: String) -> Result<String, Status> {
        Ok(text)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> sinew::Result {
    let server = Server::new().add(EchoServer::new(Handler)).bind("127.0.0.1:0").await?;
    let address = server.local_addr().to_string();
    tokio::spawn(server.run());
    println!("{}", EchoClient::connect(address).await?.echo("hello").await?);
    Ok(())
}
