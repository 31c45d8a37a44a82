//! `echo` with bare tokio.

use tokio::io::{AsyncReadExt, AsyncWriteExt, Result};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (mut server, _) = listener.accept().await?;
    tokio::spawn(async move {
        let mut bytes = [0; 5];
        while server.read_exact(&mut bytes).await.is_ok() && server.write_all(&bytes).await.is_ok() {}
    });
    client.write_all(b"hello").await?;
    let mut bytes = [0; 5];
    client.read_exact(&mut bytes).await?;
    println!("{}", String::from_utf8_lossy(&bytes));
    Ok(())
}
