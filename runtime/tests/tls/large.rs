//! Large messages over TLS, which cuts them into records.

use sinew::Limits;

use crate::authority::{Authority, open_server, unknown_client};
use crate::{connect, start};

#[tokio::test]
async fn large_messages_go_both_ways() {
    let authority = Authority::new();
    let server = open_server(authority.sign(&["localhost"]));
    let address = start(server, Limits::default()).await;
    let client = connect(&address, unknown_client(&authority)).await;
    let client = client.expect("it is the server of this authority");
    for size in [16_383, 16_384, 100_000, 1 << 20, 4_000_000] {
        let sent: Vec<u8> = (0..size).map(|place| (place % 251) as u8).collect();
        let echoed = client.echo(sent.clone()).await.expect("it answers");
        assert!(echoed == sent, "{size} bytes");
    }
}
