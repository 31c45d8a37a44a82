//! The end that calls.

use sinew::Status;

use crate::hello::greeter::GreetError;
use crate::hello::{GreeterClient, Person};

/// Lets the server at `address` greet the world.
pub async fn run(address: &str) -> sinew::Result {
    let greeter = GreeterClient::connect(address).await?;
    match greeter.greet(Person::new("world")).await {
        Ok(greeting) => println!("{greeting}"),
        Err(GreetError::NoName(error)) => println!("nobody was greeted: {}", error.hint),
        Err(other) => return Err(Status::from(other)),
    }
    Ok(())
}
