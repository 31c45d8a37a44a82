//! Page faults for large messages of a stream: none, once the memory for them is there.

use std::error::Error;
use std::fs;

use sinew::{Channel, Server, Status};

use super::report::Section;
use super::server::Trial;
use crate::idl::trial::{LedgerClient, LedgerServer};

const COUNT: u32 = 100;
/// Sizes around the thresholds at which glibc's allocator returns memory to the system.
const SIZES: [u32; 6] = [20_000, 65_400, 100_000, 150_000, 300_000, 1_000_000];
/// How many page faults a message may cost, on both sides together. The smallest one spans five pages.
const PROMISED: u64 = 4;

/// Counts the page faults for each message, after as many messages of the same size.
///
/// # Errors
/// The client cannot connect, or the system does not report it.
///
/// # Panics
/// There are more than promised.
pub fn of_messages() -> Result<Section, Box<dyn Error>> {
    let mut section = Section::new("P6", "pages for large messages");
    section.count("pages promised for each", PROMISED as usize);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(async {
        let server = Server::new().add(LedgerServer::new(Trial::default()));
        let server = server.bind("127.0.0.1:0").await?;
        let address = server.local_addr().to_owned();
        let serving = tokio::spawn(server.run());
        let client = LedgerClient::new(Channel::connect(&address).await?);
        for size in SIZES {
            receive(&client, size).await?;
            let before = given()?;
            receive(&client, size).await?;
            let each = (given()? - before) / u64::from(COUNT);
            assert!(each <= PROMISED, "{each} pages for {size} bytes");
            section.count(format!("pages for each of {size} bytes"), each as usize);
        }
        serving.abort();
        Ok(section)
    })
}

async fn receive(client: &LedgerClient, size: u32) -> Result<(), Status> {
    let mut pieces = client.pieces(size, COUNT).await?;
    let mut count = 0;
    while let Some(piece) = pieces.recv().await? {
        assert_eq!(piece.len(), size as usize);
        count += 1;
    }
    assert_eq!(count, COUNT);
    Ok(())
}

/// The minor page faults of this process so far.
fn given() -> Result<u64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, behind) = stat.rsplit_once(')').ok_or("no name")?;
    let faults = behind.split_whitespace().nth(7).ok_or("no faults")?;
    Ok(faults.parse()?)
}
