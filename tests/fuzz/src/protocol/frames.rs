//! Frames from an arbitrary peer: usually well-formed, but often with wrong numbers.

use crate::choices::Choices;

const PREFACE: [u8; 8] = [0xf5, b's', b'n', b'w', 1, 1, 0, 0];

/// What every honest peer sends first.
pub(super) fn greeting() -> Vec<u8> {
    let mut settings = Vec::new();
    for (key, value) in [(1, 16 << 10), (2, 4), (3, 16 << 10), (4, 32 << 10)] {
        let mut number = Vec::new();
        put_number(value, &mut number);
        put_number(key, &mut settings);
        put_bytes(&number, &mut settings);
    }
    [&PREFACE[..], &frame(1, 0, 0, &settings)].concat()
}

/// The frame that the choices describe: kind, flags, call, and a payload of that kind.
pub(super) fn chosen(choices: &mut Choices<'_>, from_client: bool) -> Vec<u8> {
    let kind = choices.below(16) as u8;
    let flags = choices.below(16) as u8;
    let call = match kind {
        2..=7 => choices.below(6) as u32,
        _ => [0, 0, 0, 1][choices.below(4)],
    };
    let mut payload = Vec::new();
    match kind {
        1 | 11 => settings(choices, &mut payload),
        2 => call_payload(choices, flags, &mut payload),
        3 => data(choices, flags, &mut payload),
        4 if flags & 2 > 0 => metadata(choices, &mut payload),
        5 => done(choices, flags, &mut payload),
        6 => credit(choices, flags, &mut payload),
        8 => payload.extend([choices.below(2) as u8; 8]),
        9 if from_client => payload.extend([&b"draining"[..], &[0; 8]][choices.below(2)]),
        9 => payload.extend([0; 8]),
        10 => {
            let count = [0, 1, 2, 3, u64::MAX][choices.below(5)];
            put_number(count, &mut payload);
            payload.push(choices.below(8) as u8);
            payload.extend(b"why");
        }
        _ => {}
    }
    frame(kind, flags, call, &payload)
}

/// Changes bytes near the end, or removes them.
pub(super) fn harm(bytes: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let back = 1 + choices.below(64);
    let Some(at) = bytes.len().checked_sub(back) else {
        return;
    };
    match choices.below(3) {
        0 => bytes[at] ^= 1 << choices.below(8),
        1 => bytes[at] = choices.below(256) as u8,
        _ => bytes.truncate(at),
    }
}

fn settings(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    for key in 1..=6 {
        if choices.below(3) == 0 {
            continue;
        }
        let mut value = Vec::new();
        match key {
            5 => metadata(choices, &mut value),
            _ => put_number(number(choices), &mut value),
        }
        put_number(key, out);
        put_bytes(&value, out);
    }
}

fn call_payload(choices: &mut Choices<'_>, flags: u8, out: &mut Vec<u8>) {
    match flags & 1 > 0 {
        true => {
            put_bytes(
                &b"a.Service.with.a.very.long.name"[..choices.below(32)],
                out,
            );
            put_bytes(&b"method"[..choices.below(7)], out);
            put_bytes(&[0x30; 80][..choices.below(80)], out);
        }
        false => put_number(choices.below(5) as u64, out),
    }
    put_number(choices.below(100) as u64 * 1000, out);
    if flags & 8 > 0 {
        put_number([0, 0, 5000, u64::MAX][choices.below(4)], out);
    }
    if flags & 2 > 0 {
        metadata(choices, out);
    }
    fill(choices, out);
}

fn data(choices: &mut Choices<'_>, flags: u8, out: &mut Vec<u8>) {
    match flags {
        1 => out.extend(&[0x30; 64][..choices.below(64)]),
        4 | 12 => {}
        _ => {
            // Messages with their lengths; the last one may be incomplete.
            for _ in 0..choices.below(4) {
                let start = out.len();
                fill(choices, out);
                let mut length = Vec::new();
                put_number((out.len() - start) as u64, &mut length);
                out.splice(start..start, length);
            }
            fill(choices, out);
        }
    }
}

fn done(choices: &mut Choices<'_>, flags: u8, out: &mut Vec<u8>) {
    if flags & 1 > 0 {
        put_bytes(&[0x30; 64][..choices.below(64)], out);
    }
    if flags & 2 > 0 {
        metadata(choices, out);
    }
    if flags & 4 > 0 {
        out.extend([choices.below(20) as u8, choices.below(9) as u8]);
        if out.last().is_some_and(|bits| bits & 4 > 0) {
            put_number(number(choices), out);
        }
    }
    fill(choices, out);
}

fn credit(choices: &mut Choices<'_>, flags: u8, out: &mut Vec<u8>) {
    if flags != 1 {
        put_number(number(choices), out);
    }
}

fn metadata(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let count = choices.below(7);
    put_number(count as u64, out);
    for _ in 0..count {
        let key = choices.below(8) as u64;
        put_number(key, out);
        if key == 0 {
            put_bytes(&b"a-key-that-is-long"[..choices.below(19)], out);
        }
        put_bytes(&[b'v'; 255][..choices.below(256)], out);
    }
}

/// A number that may be a size or a count.
fn number(choices: &mut Choices<'_>) -> u64 {
    let numbers = [
        0,
        1,
        2,
        31,
        32,
        100,
        16 << 10,
        (16 << 10) + 1,
        32 << 10,
        1 << 20,
        u64::MAX,
    ];
    numbers[choices.below(numbers.len())]
}

/// This many bytes of messages.
fn fill(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let sizes = [
        0,
        1,
        31,
        33,
        100,
        1000,
        5000,
        16_000,
        (16 << 10) + 1,
        40_000,
    ];
    out.resize(out.len() + sizes[choices.below(sizes.len())], 7);
}

pub(super) fn frame(kind: u8, flags: u8, call: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_le_bytes();
    let header = [length[0], length[1], length[2], kind << 4 | flags];
    [&header[..], &call.to_le_bytes(), payload].concat()
}

/// A number in prefix form: the low one-bits of the first byte count the bytes that follow.
fn put_number(number: u64, out: &mut Vec<u8>) {
    let more = (0..8)
        .find(|more| number >> (7 * (more + 1)) == 0)
        .unwrap_or(8);
    match more {
        8 => {
            out.push(0xff);
            out.extend(number.to_le_bytes());
        }
        _ => {
            let coded = number << (more + 1) | ((1 << more) - 1);
            out.extend(&coded.to_le_bytes()[..=more]);
        }
    }
}

fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_number(bytes.len() as u64, out);
    out.extend(bytes);
}
