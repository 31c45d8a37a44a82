//! `hello`: one struct, one method.

use sinew::{Ctx, Server, Status};

use crate::idl::hello::{Greeter, GreeterClient, GreeterServer, Person};

/// Greets everybody.
#[derive(Debug)]
pub struct Polite;

impl Greeter for Polite {
    async fn greet(&self, _cx: Ctx, who: Person) -> Result<String, Status> {
        Ok(match who.title {
            Some(title) => format!("Hello, {title} {}!", who.name),
            None => format!("Hello, {}!", who.name),
        })
    }
}

/// A server that answers `hello.Greeter`.
pub fn server() -> Server {
    Server::new().add(GreeterServer::new(Polite))
}

/// Greets two people through the server at `address`.
///
/// # Errors
/// The status of the call that failed.
pub async fn client(address: String) -> Result<(), Status> {
    let greeter = GreeterClient::connect(address).await?;

    let text = greeter.greet(Person::new("world")).await?;
    println!("client: hello.Greeter.greet -> {text}");

    let ada = Person {
        title: Some("Dr".into()),
        ..Person::new("Ada")
    };
    let text = greeter.greet(ada).await?;
    println!("client: hello.Greeter.greet -> {text}");
    Ok(())
}
