//! The bytes that clients send: recorded from an honest one, and hand-written.

use std::io;

use sinew::Channel;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use crate::idl::trial::LedgerClient;

const PREFACE: usize = 8;
const HEADER: usize = 8;
const CALL: u8 = 2;

/// What an honest client sends first.
#[derive(Clone, Debug)]
pub struct Words {
    /// Its preface and its hello.
    pub greeting: Vec<u8>,
    /// Its first call, with the definition of the method.
    pub first: Vec<u8>,
    /// The payload of later calls: method, timeout, request.
    later: Vec<u8>,
    /// Where the request begins in it.
    request: usize,
}

impl Words {
    /// Records a client that makes a call.
    ///
    /// # Errors
    /// The client ends before it has called.
    pub async fn of<F>(call: impl FnOnce(LedgerClient) -> F) -> io::Result<Self>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (theirs, mut ours) = tokio::io::duplex(1 << 20);
        let calling = tokio::spawn(call(LedgerClient::new(Channel::over(theirs))));
        let mut greeting = vec![0; PREFACE];
        ours.read_exact(&mut greeting).await?;
        greeting.extend(frame_of(&mut ours).await?);
        // What a server with the default limits sends. Calls with streams wait for it.
        ours.write_all(&greeting).await?;
        let first = frame_of(&mut ours).await?;
        assert_eq!(first[3] >> 4, CALL, "a call comes behind the hello");
        calling.abort();
        let defined = definition(&first[HEADER..]);
        // The first method has the index 0.
        let later = [&[0], &first[HEADER + defined..]].concat();
        let request = 1 + later[1].trailing_ones() as usize + 1;
        Ok(Self {
            greeting,
            first,
            later,
            request,
        })
    }

    /// Greeting and first call.
    pub fn opening(&self) -> Vec<u8> {
        [&self.greeting[..], &self.first].concat()
    }

    /// The same, separately.
    pub fn greeted(&self) -> (Vec<u8>, Vec<u8>) {
        (self.greeting.clone(), self.first.clone())
    }

    /// The same call with another id, once the method is defined.
    pub fn call(&self, id: u32) -> Vec<u8> {
        frame(CALL, 0, id, &self.later)
    }

    /// The same call with this many entries of metadata.
    pub fn with_metadata(&self, id: u32, entries: u16) -> Vec<u8> {
        let (head, request) = self.later.split_at(self.request);
        let count = number(entries.into());
        let entry = [0, 2 << 1, b'x', b'y', 2 << 1, b'z', b'z'];
        let entries = entry.repeat(entries.into());
        frame(CALL, 2, id, &[head, &count, &entries, request].concat())
    }
}

/// A number in prefix form, of at most 35 bits.
pub fn number(value: u64) -> Vec<u8> {
    let width = (1..5).find(|width| value < 1 << (7 * width)).unwrap_or(5);
    let bytes = value << width | ((1 << (width - 1)) - 1);
    bytes.to_le_bytes()[..width].to_vec()
}

/// A frame of these parts.
pub fn frame(kind: u8, flags: u8, call: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_le_bytes();
    let header = [length[0], length[1], length[2], kind << 4 | flags];
    [&header[..], &call.to_le_bytes(), payload].concat()
}

async fn frame_of(input: &mut DuplexStream) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; HEADER];
    input.read_exact(&mut frame).await?;
    let length = u32::from_le_bytes([frame[0], frame[1], frame[2], 0]) as usize;
    frame.resize(HEADER + length, 0);
    input.read_exact(&mut frame[HEADER..]).await?;
    Ok(frame)
}

/// The size of the definition at the front of a payload: three texts of less than 128 bytes.
fn definition(payload: &[u8]) -> usize {
    (0..3).fold(0, |at, _| at + 1 + usize::from(payload[at] >> 1))
}
