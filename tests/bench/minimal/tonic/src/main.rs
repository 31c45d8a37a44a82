//! `echo` with tonic, its generated code checked in.

mod echo {
    include!("generated.rs");
}

use echo::Text;
use echo::echo_client::EchoClient;
use echo::echo_server::{Echo, EchoServer};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

struct Handler;

#[tonic::async_trait]
impl Echo for Handler {
    async fn echo(&self, request: Request<Text>) -> Result<Response<Text>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?;
    let address = incoming.local_addr()?;
    tokio::spawn(Server::builder().add_service(EchoServer::new(Handler)).serve_with_incoming(incoming));
    let mut client = EchoClient::connect(format!("http://{address}")).await?;
    let reply = client.echo(Text { text: "hello".to_owned() }).await?;
    println!("{}", reply.into_inner().text);
    Ok(())
}
