//! The kinds of burdens: what each client sends first, and then repeatedly.

use std::future::pending;
use std::io;

#[cfg(feature = "lz4")]
use crate::dice::Dice;
#[cfg(feature = "lz4")]
use crate::idl::trial::LedgerClient;
use crate::rpc::door::Carrier;
#[cfg(feature = "lz4")]
use crate::rpc::packed;
use crate::rpc::raw::{Words, frame};

/// The shape of messages that are strings.
const STRINGS: u8 = 0x30;

/// A kind of burden.
pub(super) struct Burden {
    pub(super) name: &'static str,
    /// Its greeting, and its first frames.
    pub(super) opening: (Vec<u8>, Vec<u8>),
    /// What is sent repeatedly, by its number.
    pub(super) unit: Box<dyn Fn(u32) -> Vec<u8> + Send + Sync>,
    /// Bytes of a stream in each, which are sent when there is credit.
    pub(super) streamed: usize,
    /// Whether the client reads what comes back.
    pub(super) reads: bool,
}

/// All of them.
pub(super) async fn all(carrier: Carrier) -> io::Result<Vec<Burden>> {
    let echo = Words::of(|client| async move { drop(client.echo(vec![7; 100]).await) }).await?;
    let blob = Words::of(|client| async move { drop(client.blob(4_000_000).await) }).await?;
    let count = Words::of(|client| async move {
        let _upload = client.count().await;
        pending().await
    });
    let count = count.await?;
    let nobody = |id, number| {
        let name = format!("m{number}");
        let length = (name.len() as u8) << 1;
        let definition = [&[2, b'x', length], name.as_bytes(), &[2, STRINGS, 2]].concat();
        frame(2, 1, id, &[&definition[..], &[2]].concat())
    };
    let shape = frame(3, 1, 0, &[STRINGS]);
    let counting = (count.greeting, [count.first, shape].concat());
    let (one, many, large) = (echo.clone(), echo.clone(), blob.clone());
    let asking = |name, opening, unit| Burden {
        name,
        opening,
        unit,
        streamed: 0,
        reads: true,
    };
    let mut all = vec![
        asking(
            "small calls",
            echo.greeted(),
            Box::new(move |_| one.call(1)),
        ),
        asking(
            "metadata",
            echo.greeted(),
            Box::new(move |_| many.with_metadata(1, 64)),
        ),
        asking(
            "calls of nobody",
            (echo.greeting.clone(), nobody(0, 0)),
            Box::new(|_| frame(2, 0, 0, &[0, 2, 2])),
        ),
        asking(
            "ever new methods",
            (echo.greeting.clone(), Vec::new()),
            Box::new(move |number| nobody(0, number)),
        ),
        Burden {
            streamed: 1,
            ..asking(
                "pieces of a byte",
                counting.clone(),
                Box::new(|number| frame(3, 0, 0, &[[2], [0]][number as usize % 2])),
            )
        },
        Burden {
            streamed: 8 << 10,
            ..asking(
                "empty messages",
                counting,
                Box::new(|_| frame(3, 0, 0, &[2, 0].repeat(4 << 10))),
            )
        },
        Burden {
            reads: false,
            ..asking(
                "large replies that nobody reads",
                blob.greeted(),
                Box::new(move |number| large.call(number % 127 + 1)),
            )
        },
        asking(
            "hello and gone",
            (echo.greeting.clone(), Vec::new()),
            Box::new(|_| Vec::new()),
        ),
    ];
    all.extend(match carrier {
        Carrier::Tcp | Carrier::Unix => None,
        #[cfg(feature = "tls")]
        Carrier::Tls => None,
        #[cfg(feature = "lz4")]
        Carrier::Lz4 => {
            let bomb = packed::frames(&Words::of(bomb).await?.call(1));
            let unit = Box::new(move |_| bomb.clone());
            let name = "what becomes a hundred times as much";
            Some(asking(name, echo.greeted(), unit))
        }
    });
    Ok(all)
}

/// A message of nearly the maximum size that compresses very well.
#[cfg(feature = "lz4")]
async fn bomb(client: LedgerClient) {
    let mut dice = Dice::new(1);
    let noise = (0..25_000).map(|_| dice.roll(256) as u8);
    let data = noise.chain(std::iter::repeat(0)).take(4_000_000);
    drop(client.echo(data.collect::<Vec<u8>>()).await);
}
