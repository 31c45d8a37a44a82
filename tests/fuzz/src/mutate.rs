//! Mutations of bytes.

use sinew_promises::dice::Dice;

/// Boundary values of lengths, counts and ids.
const EDGES: [u64; 10] = [
    0,
    1,
    0x7F,
    0x80,
    0x7FFF,
    0xFFFF,
    0x7FFF_FFFF,
    0xFFFF_FFFF,
    0x8000_0000_0000_0000,
    u64::MAX,
];

/// `input` with one to four changes. `other` provides parts; `pieces` are inserted unchanged.
pub fn mutate(dice: &mut Dice, input: &[u8], other: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=dice.roll(4) {
        change(dice, &mut bytes, other, pieces);
    }
    bytes
}

fn change(dice: &mut Dice, bytes: &mut Vec<u8>, other: &[u8], pieces: &[&[u8]]) {
    let at = dice.roll(bytes.len() + 1);
    match dice.roll(10) {
        0 => set(bytes, at, |byte| byte ^ (1 << dice.roll(8))),
        1 => set(bytes, at, |_| dice.roll(256) as u8),
        2 => _ = bytes.drain(at..end(dice, bytes.len(), at)),
        3 => bytes.truncate(at),
        4 | 5 => {
            let piece = pieces
                .get(dice.roll(pieces.len()))
                .copied()
                .unwrap_or(b"\0");
            bytes.splice(at..at, piece.iter().copied());
        }
        6 => {
            let from = dice.roll(other.len() + 1);
            let part = &other[from..end(dice, other.len(), from)];
            bytes.splice(at..at, part.iter().copied());
        }
        7 => {
            let moved: Vec<u8> = bytes.drain(at..end(dice, bytes.len(), at)).collect();
            let to = dice.roll(bytes.len() + 1);
            bytes.splice(to..to, moved);
        }
        8 => {
            let part = bytes[at..end(dice, bytes.len(), at)].to_vec();
            let times = 1 + dice.roll(80);
            bytes.splice(at..at, part.repeat(times));
        }
        _ => {
            let edge = EDGES[dice.roll(EDGES.len())].to_le_bytes();
            let width = 1 << dice.roll(4);
            let end = (at + width).min(bytes.len());
            bytes.splice(at..end, edge[..width].iter().copied());
        }
    }
}

fn set(bytes: &mut [u8], at: usize, value: impl FnOnce(u8) -> u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = value(*byte);
    }
}

/// Where a part that starts at `from` ends: usually soon, sometimes anywhere.
fn end(dice: &mut Dice, length: usize, from: usize) -> usize {
    let rest = length - from;
    let most = if dice.roll(4) == 0 {
        rest
    } else {
        rest.min(16)
    };
    from + dice.roll(most + 1)
}
