//! Parses heads, which are untrusted.

use super::{Fixed, Head, Kind};
use crate::refused::{Fault, Refused, Rule};

/// Maximum length of a head in bytes.
const SIZE: usize = 32 * 1024;
/// Maximum nesting of kinds.
pub(super) const DEPTH: usize = 64;

/// A part of a head, with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    /// How many half bytes precede it.
    pub(crate) half: usize,
    /// How many structs and unions enclose it.
    pub(crate) depth: usize,
    pub(crate) part: Part,
}

/// A part of a head.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// The kind of the root; `None` if it is incomplete.
    Root(Option<Kind>),
    /// A field or variant: its id, and its kind unless that is incomplete.
    Member(Owner, u16, Option<Kind>),
    /// The beginning of this union's variants.
    Variants(usize),
    /// The end of the members.
    End(Owner),
    /// The padding to a whole byte.
    Spare,
}

/// A struct or union, which has members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    Record(usize),
    Union(usize),
}

impl Head {
    /// Parses a head.
    ///
    /// # Errors
    /// The rule of the specification that the bytes break.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        Self::outline(bytes).1
    }

    /// Parses a head. Also returns its parts, up to the first error.
    pub(crate) fn outline(bytes: &[u8]) -> (Vec<Piece>, Result<Self, Refused>) {
        let mut parser = Parser {
            halves: Vec::new(),
            at: 0,
            head: Self {
                root: Kind::Bool,
                records: Vec::new(),
                unions: Vec::new(),
            },
            pieces: Vec::new(),
            inside: 0,
        };
        let read = parser.whole(bytes);
        let refused = |fault| Refused {
            rule: Rule::Head(fault),
            offset: parser.at.saturating_sub(1) / 2,
            path: String::new(),
        };
        (parser.pieces, read.map_err(refused).map(|()| parser.head))
    }
}

struct Parser {
    halves: Vec<u8>,
    at: usize,
    head: Head,
    pieces: Vec<Piece>,
    /// How many structs and unions are open.
    inside: usize,
}

impl Parser {
    fn whole(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if bytes.len() > SIZE {
            return Err(Fault::Size);
        }
        let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        self.halves = halves.collect();
        let root = self.piece(0, Part::Root(None));
        self.head.root = self.kind(0)?;
        self.pieces[root].part = Part::Root(Some(self.head.root.clone()));
        let mut number = 0;
        while number < self.head.unions.len() {
            self.piece(self.at, Part::Variants(number));
            self.head.unions[number] = self.members(Owner::Union(number), 0)?;
            number += 1;
        }
        match self.halves[self.at..] {
            [] => {}
            [0] if self.at % 2 == 1 => {
                self.piece(self.at, Part::Spare);
            }
            _ => {
                self.at += 1;
                return Err(Fault::Trailing);
            }
        }
        self.head.ends()
    }

    /// Adds a part that begins at `half`, and returns its index.
    fn piece(&mut self, half: usize, part: Part) -> usize {
        self.pieces.push(Piece {
            half,
            depth: self.inside,
            part,
        });
        self.pieces.len() - 1
    }

    fn half(&mut self) -> Result<u8, Fault> {
        let half = self.halves.get(self.at).ok_or(Fault::Truncated)?;
        self.at += 1;
        Ok(*half)
    }

    fn number(&mut self) -> Result<u32, Fault> {
        let mut digits = Vec::new();
        loop {
            let half = self.half()?;
            digits.push(half & 7);
            if half < 8 {
                break;
            }
        }
        if digits.len() > 10 || (digits.len() > 1 && digits.last() == Some(&0)) {
            return Err(Fault::Number);
        }
        Ok(digits
            .iter()
            .rev()
            .fold(0, |number, digit| number * 8 + u32::from(*digit)))
    }

    fn kind(&mut self, depth: usize) -> Result<Kind, Fault> {
        let first = self.half()?;
        self.kind_of(first, depth)
    }

    fn boxed(&mut self, depth: usize) -> Result<Box<Kind>, Fault> {
        self.kind(depth).map(Box::new)
    }

    fn kind_of(&mut self, first: u8, depth: usize) -> Result<Kind, Fault> {
        if depth == DEPTH {
            return Err(Fault::Depth);
        }
        Ok(match first {
            1 => Kind::Uint,
            2 => Kind::Int,
            3 => Kind::Text,
            4 => Kind::Bool,
            5 => Kind::Fixed(Fixed::Unsigned(1)),
            6 => Kind::Fixed(Fixed::Float(8)),
            7 => Kind::Fixed(Fixed::Float(4)),
            8 => {
                let number = self.head.records.len();
                self.head.records.push(Vec::new());
                self.head.records[number] = self.members(Owner::Record(number), depth + 1)?;
                Kind::Record(number)
            }
            9 => Kind::List(self.boxed(depth + 1)?),
            10 => Kind::Map(self.boxed(depth + 1)?, self.boxed(depth + 1)?),
            11 => {
                self.head.unions.push(Vec::new());
                Kind::Union(self.head.unions.len() - 1)
            }
            12 => Kind::Optional(self.boxed(depth + 1)?),
            14 => Kind::Fixed(self.layout(depth + 1)?),
            15 => self.more(depth)?,
            _ => return Err(Fault::Kind),
        })
    }

    fn more(&mut self, depth: usize) -> Result<Kind, Fault> {
        Ok(match self.half()? {
            1 => Kind::Fixed(Fixed::Signed(1)),
            2 => {
                let number = self.number()? as usize;
                match number < self.head.records.len() {
                    true => Kind::Record(number),
                    false => return Err(Fault::Reference),
                }
            }
            3 => Kind::Fixed(Fixed::Unsigned(16)),
            4 => Kind::Fixed(Fixed::Unsigned(2)),
            5 => Kind::Fixed(Fixed::Signed(2)),
            6 => match self.number()? {
                0 => return Err(Fault::Number),
                count => Kind::Array(count, self.boxed(depth + 1)?),
            },
            7 => {
                let number = self.number()? as usize;
                match number < self.head.unions.len() {
                    true => Kind::Union(number),
                    false => return Err(Fault::Reference),
                }
            }
            9 => Kind::Decimal,
            10 => Kind::Fixed(Fixed::Signed(16)),
            11 => Kind::Fixed(Fixed::Uuid),
            15 => Kind::Future(self.number()?),
            _ => return Err(Fault::Kind),
        })
    }

    fn members(&mut self, owner: Owner, depth: usize) -> Result<Vec<(u16, Kind)>, Fault> {
        let mut members = Vec::new();
        let mut id = 1_u64;
        self.inside += 1;
        loop {
            let begin = self.at;
            let mut first = self.half()?;
            if first == 0 {
                self.piece(begin, Part::End(owner));
                self.inside -= 1;
                return Ok(members);
            }
            if first == 13 {
                id += u64::from(self.number()?) + 1;
                first = self.half()?;
            }
            if id > 32_767 {
                return Err(Fault::Number);
            }
            let piece = self.piece(begin, Part::Member(owner, id as u16, None));
            let kind = self.kind_of(first, depth)?;
            self.pieces[piece].part = Part::Member(owner, id as u16, Some(kind.clone()));
            members.push((id as u16, kind));
            id += 1;
        }
    }

    fn layout(&mut self, depth: usize) -> Result<Fixed, Fault> {
        let mut members = Vec::new();
        loop {
            match self.half()? {
                0 if members.is_empty() => return Err(Fault::Number),
                0 => return Ok(Fixed::Struct(members)),
                code => members.push(self.fixed(code, depth)?),
            }
        }
    }

    fn fixed(&mut self, code: u8, depth: usize) -> Result<Fixed, Fault> {
        if depth == DEPTH {
            return Err(Fault::Depth);
        }
        Ok(match code {
            1 | 3 | 5 | 7 => Fixed::Unsigned(1 << (code / 2)),
            2 | 4 | 6 | 8 => Fixed::Signed(1 << (code / 2 - 1)),
            9 => Fixed::Float(4),
            10 => Fixed::Float(8),
            11 => Fixed::Bool,
            12 => Fixed::Sixteen,
            13 => {
                let count = self.number()?;
                let item = self.half()?;
                if count == 0 {
                    return Err(Fault::Number);
                }
                Fixed::Array(count, Box::new(self.fixed(item, depth + 1)?))
            }
            14 => self.layout(depth + 1)?,
            15 => Fixed::Decimal,
            _ => return Err(Fault::Kind),
        })
    }
}
