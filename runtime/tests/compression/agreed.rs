//! What two sides agree on, frame by frame.

use std::sync::Arc;
use std::time::Duration;

use sinew::protocol::{Connection, Definition, Open, Output};
use sinew::{Compression, Limits, Metadata};

use crate::pair::{Pair, Side, calls, results};
use crate::seeded::Seeded;

const PACKED: u8 = 12;

pub fn pair(client: Option<Compression>, server: Option<Compression>) -> Pair {
    let limits = Arc::new(Limits::default());
    let (client, server) = (client.unwrap_or_default(), server.unwrap_or_default());
    let core = Connection::introduced(limits.clone(), Metadata::new(), client, Duration::ZERO);
    let mut pair = Pair {
        client: Side {
            core,
            input: Vec::new(),
        },
        server: Side {
            core: Connection::server(limits, Duration::ZERO).compressing(server),
            input: Vec::new(),
        },
        now: Duration::ZERO,
    };
    pair.exchange();
    pair
}

/// The kinds of the frames that a side has sent, and the compression of compressed ones.
fn kinds(mut sent: &[u8]) -> Vec<(u8, Option<u8>)> {
    let mut kinds = Vec::new();
    while let Some(header) = sinew::protocol::Header::read(sent) {
        let kind = sent[3] >> 4;
        kinds.push((kind, (kind == PACKED).then(|| sent[8])));
        sent = &sent[8 + header.length..];
    }
    kinds
}

/// Makes a call with these bytes as request and reply. Returns the frames of both directions.
fn echo(pair: &mut Pair, body: &[u8]) -> [Vec<(u8, Option<u8>)>; 2] {
    let id = pair.call("echo", body).expect("a good call");
    let up = pair.client.take(pair.now);
    let told = pair.server.feed(&up, pair.now);
    assert_eq!(calls(&told), [id]);
    pair.reply(id, body);
    let down = pair.server.take(pair.now);
    let told = pair.client.feed(&down, pair.now);
    assert_eq!(results(&told)[&id].as_deref().expect("a result"), body);
    [kinds(&up), kinds(&down)]
}

#[test]
fn both_sides_must_ask_and_the_best_of_the_sender_is_taken() {
    let (lz4, zstd) = (Compression::lz4, Compression::zstd);
    let both = || Some(zstd().or(lz4()));
    let plain = [(2, None)];
    let cases = [
        (None, None, plain, [(5, None)]),
        (Some(lz4()), None, plain, [(5, None)]),
        (None, Some(lz4()), plain, [(5, None)]),
        (Some(lz4()), Some(zstd()), plain, [(5, None)]),
        (Some(lz4()), Some(lz4()), [(12, Some(1))], [(12, Some(1))]),
        (Some(zstd()), Some(zstd()), [(12, Some(2))], [(12, Some(2))]),
        (both(), both(), [(12, Some(2))], [(12, Some(2))]),
        (both(), Some(lz4()), [(12, Some(1))], [(12, Some(1))]),
        (
            Some(lz4().or(zstd())),
            both(),
            [(12, Some(1))],
            [(12, Some(2))],
        ),
    ];
    for (client, server, up, down) in cases {
        let mut pair = pair(client, server);
        assert_eq!(echo(&mut pair, &[7; 3000]), [up, down]);
    }
}

#[test]
fn what_is_small_or_does_not_shrink_or_shrinks_too_much_stays() {
    let compression = || Some(Compression::lz4().or(Compression::zstd()));
    let noise: Vec<u8> = noise(3000);
    for (case, body, kind) in [
        ("small", vec![7; 900], 5),
        ("noise", noise, 5),
        ("large", vec![7; 3000], PACKED),
        ("text", b"0123456789".repeat(200), PACKED),
        ("all the same", vec![0; 1_000_000], 5),
    ] {
        let mut pair = pair(compression(), compression());
        let [_, down] = echo(&mut pair, &body);
        assert_eq!(down[0].0, kind, "{case}");
    }
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut seeded = Seeded::new(1);
    (0..bytes).map(|_| seeded.below(256) as u8).collect()
}

#[test]
fn the_least_size_is_an_option() {
    for (above, kind) in [(200, 5), (10, PACKED)] {
        let compression = Some(Compression::lz4().above(above));
        let mut pair = pair(compression.clone(), compression);
        let [_, down] = echo(&mut pair, &[7; 100]);
        assert_eq!(down[0].0, kind);
    }
}

#[test]
fn the_level_of_zstandard_is_an_option() {
    let mut dice = Seeded::new(1);
    let words = [
        "order", "article", "customer", "amount", "tea", "paid", "open", "shop",
    ];
    let text: Vec<u8> = (0..4000)
        .flat_map(|_| words[dice.below(words.len())].bytes())
        .collect();
    let sizes = [1, 19, 99].map(|level| {
        let compression = Compression::zstd().level(level).or(Compression::lz4());
        let mut pair = pair(Some(compression), Some(Compression::zstd()));
        let id = pair.call("echo", &text).expect("a call");
        let size = pair.client.take(pair.now).len();
        assert!(size < text.len() / 2, "{id:?} {size}");
        size
    });
    assert!(sizes[1] < sizes[0] && sizes[1] == sizes[2], "{sizes:?}");
}

#[test]
fn a_method_can_be_kept_out_on_both_sides() {
    let compression = Some(Compression::lz4());
    let mut pair = pair(compression.clone(), compression);
    let definition = Definition {
        service: "test.Service",
        method: "secret",
        shape: b"request",
    };
    let metadata = Metadata::new();
    let open = Open {
        method: Err(definition),
        timeout: Duration::from_secs(1),
        metadata: &metadata,
        oneway: false,
        sensitive: true,
        streams: None,
    };
    let put = |out: &mut Output| {
        out.extend_from_slice(&[7; 3000]);
        Ok::<(), ()>(())
    };
    let (id, index) = pair.client.core.open(open, pair.now, put).expect("a call");
    let up = pair.client.take(pair.now);
    assert_eq!(kinds(&up), [(2, None)]);
    pair.server.feed(&up, pair.now);
    pair.server.core.keep_plain(index);
    pair.reply(id, &[7; 3000]);
    assert_eq!(kinds(&pair.server.take(pair.now)), [(5, None)]);
    assert_eq!(
        echo(&mut pair, &[7; 3000])[0],
        [(PACKED, Some(1))],
        "others go on"
    );
}

#[test]
fn the_frame_on_the_page_is_a_real_one() {
    let compression = Some(Compression::lz4().above(0));
    let mut pair = pair(compression.clone(), compression);
    echo(&mut pair, b"the first brings shapes");
    let id = pair.call("echo", b"").expect("a good call");
    pair.exchange();
    pair.reply(id, "laughs: hahahahahahahahahahahahahahahaha".as_bytes());
    let frame = pair.server.take(pair.now);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/protocol.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let lines = page.lines().filter_map(|line| line.strip_prefix("P "));
    let words = lines.flat_map(|line| line.split("  ").next().unwrap_or_default().split(' '));
    let shown: Vec<&str> = words.collect();
    let sent: Vec<String> = frame.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(shown, sent);
}
