//! Large messages of a stream use memory again that this process has.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::error::Error;

use sinew_promises::rpc::pages;

#[test]
fn large_messages_of_a_stream_take_memory_that_is_there_already() -> Result<(), Box<dyn Error>> {
    println!("{}", pages::of_messages()?);
    Ok(())
}
