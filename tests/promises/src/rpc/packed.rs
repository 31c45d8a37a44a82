//! Compresses what clients send: every frame for which it is allowed.

use sinew::Compression;

use super::raw::{frame, number};

const HEADER: usize = 8;
const PREFACE: usize = 8;
/// Frames that may be compressed, without those of servers.
const CALL: u8 = 2;
const DATA: u8 = 3;
const PACKED: u8 = 12;
/// The number of LZ4.
const LZ4: u8 = 1;

/// How both sides compress.
pub(super) fn compression() -> Compression {
    Compression::lz4()
}

/// A preface and a hello, whose last setting says that LZ4 is read.
pub(super) fn greeting(greeting: &[u8]) -> Vec<u8> {
    let (preface, hello) = greeting.split_at(PREFACE);
    let settings = [&hello[HEADER..], &[6 << 1, 1 << 1, LZ4]].concat();
    [preface, &frame(hello[3] >> 4, 0, 0, &settings)].concat()
}

/// The same frames, compressed if allowed.
pub(super) fn frames(mut frames: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    while let Some((header, behind)) = frames.split_first_chunk::<HEADER>() {
        let length = u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize;
        let (payload, rest) = behind.split_at(length);
        packed.extend(match header[3] >> 4 {
            CALL | DATA if !payload.is_empty() => one(header, payload),
            _ => [header, payload].concat(),
        });
        frames = rest;
    }
    packed
}

fn one(header: &[u8; HEADER], payload: &[u8]) -> Vec<u8> {
    let [.., a, b, c, d] = *header;
    let mut block = vec![0; lz4_flex::block::get_maximum_output_size(payload.len())];
    let size = lz4_flex::block::compress_into(payload, &mut block).expect("there is room");
    let size_before = number(payload.len() as u64);
    let content = [&[LZ4, header[3]][..], &size_before, &block[..size]].concat();
    frame(PACKED, 0, u32::from_le_bytes([a, b, c, d]), &content)
}
