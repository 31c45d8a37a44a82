//! The end that is called.

use sinew::{Ctx, Server, signal};

use crate::hello::greeter::GreetError;
use crate::hello::{Greeter, GreeterServer, NoName, Person};

/// Greets whoever has a name.
struct Polite;

impl Greeter for Polite {
    async fn greet(&self, _cx: Ctx, who: Person) -> Result<String, GreetError> {
        if who.name.is_empty() {
            return Err(NoName::new("say who").into());
        }
        Ok(match who.title {
            Some(title) => format!("Hello, {title} {}!", who.name),
            None => format!("Hello, {}!", who.name),
        })
    }
}

/// A server with all services of this program.
pub fn server() -> Server {
    Server::new().add(GreeterServer::new(Polite))
}

/// Serves at `address` until Ctrl-C or SIGTERM, then finishes the calls in flight.
pub async fn run(address: &str) -> sinew::Result {
    let told_to_end = signal::terminated()?;
    let listening = server().bind(address).await?;
    println!("listening on {}", listening.local_addr());
    listening.run_until(told_to_end).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hello::GreeterClient;

    /// A server is a channel: no port is needed.
    fn client() -> GreeterClient {
        GreeterClient::new(GreeterServer::new(Polite))
    }

    #[tokio::test]
    async fn people_are_greeted_with_their_title() {
        let ada = Person {
            title: Some("Dr".to_owned()),
            ..Person::new("Ada")
        };
        assert_eq!(client().greet(ada).await.unwrap(), "Hello, Dr Ada!");
    }

    #[tokio::test]
    async fn nobody_is_not_greeted() {
        let refused = client().greet(Person::new("")).await.unwrap_err();
        assert!(matches!(refused, GreetError::NoName(_)));
    }
}
