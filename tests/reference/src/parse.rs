//! Heads from bytes, which nobody vouches for.

use crate::Refused;
use crate::head::{Fixed, Head, Kind};

/// How many bytes a head may have.
const SIZE: usize = 32 * 1024;
/// How deep kinds may be nested.
const DEPTH: usize = 64;

impl Head {
    /// The head that these bytes are.
    ///
    /// # Errors
    /// The rule of the specification that they break.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        if bytes.len() > SIZE {
            return Err("head: size");
        }
        let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let mut parser = Parser {
            halves: halves.collect(),
            at: 0,
            head: Self {
                root: Kind::Bool,
                records: Vec::new(),
                unions: Vec::new(),
            },
        };
        parser.head.root = parser.kind(0)?;
        let mut number = 0;
        while number < parser.head.unions.len() {
            parser.head.unions[number] = parser.members(0)?;
            number += 1;
        }
        match parser.halves[parser.at..] {
            [] => {}
            [0] if parser.at % 2 == 1 => {}
            _ => return Err("head: trailing"),
        }
        parser.head.ends()?;
        Ok(parser.head)
    }

    /// No struct directly contains itself, and no chain of structs and arrays is longer than 64.
    fn ends(&self) -> Result<(), Refused> {
        let mut heights = vec![Height::Unknown; self.records.len()];
        for number in 0..self.records.len() {
            self.height(&Kind::Record(number), &mut heights, 0)?;
        }
        let payloads = self.unions.iter().flatten().map(|(_, kind)| kind);
        for kind in payloads.chain([&self.root]) {
            self.height(kind, &mut heights, 0)?;
        }
        Ok(())
    }

    /// How many structs and arrays are certain to be nested in a value.
    fn height(&self, kind: &Kind, known: &mut [Height], depth: usize) -> Result<usize, Refused> {
        if depth > DEPTH {
            return Err("head: depth");
        }
        let height = match kind {
            Kind::Record(number) => match known[*number] {
                Height::Known(height) => return Ok(height),
                Height::Asked => return Err("head: infinite"),
                Height::Unknown => {
                    known[*number] = Height::Asked;
                    let mut height = 0;
                    for (_, kind) in &self.records[*number] {
                        height = height.max(self.height(kind, known, depth + 1)?);
                    }
                    known[*number] = Height::Known(height + 1);
                    height + 1
                }
            },
            Kind::Array(_, item) => self.height(item, known, depth + 1)? + 1,
            _ => 0,
        };
        match height > DEPTH {
            true => Err("head: depth"),
            false => Ok(height),
        }
    }
}

#[derive(Clone, Copy)]
enum Height {
    Unknown,
    Asked,
    Known(usize),
}

struct Parser {
    halves: Vec<u8>,
    at: usize,
    head: Head,
}

impl Parser {
    fn half(&mut self) -> Result<u8, Refused> {
        let half = self.halves.get(self.at).ok_or("head: truncated")?;
        self.at += 1;
        Ok(*half)
    }

    fn number(&mut self) -> Result<u32, Refused> {
        let mut digits = Vec::new();
        loop {
            let half = self.half()?;
            digits.push(half & 7);
            if half < 8 {
                break;
            }
        }
        if digits.len() > 10 || (digits.len() > 1 && digits.last() == Some(&0)) {
            return Err("head: number");
        }
        Ok(digits
            .iter()
            .rev()
            .fold(0, |number, digit| number * 8 + u32::from(*digit)))
    }

    fn kind(&mut self, depth: usize) -> Result<Kind, Refused> {
        let first = self.half()?;
        self.kind_of(first, depth)
    }

    fn boxed(&mut self, depth: usize) -> Result<Box<Kind>, Refused> {
        self.kind(depth).map(Box::new)
    }

    fn kind_of(&mut self, first: u8, depth: usize) -> Result<Kind, Refused> {
        if depth == DEPTH {
            return Err("head: depth");
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
                self.head.records[number] = self.members(depth + 1)?;
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
            _ => return Err("head: kind"),
        })
    }

    fn more(&mut self, depth: usize) -> Result<Kind, Refused> {
        Ok(match self.half()? {
            1 => Kind::Fixed(Fixed::Signed(1)),
            2 => {
                let number = self.number()? as usize;
                match number < self.head.records.len() {
                    true => Kind::Record(number),
                    false => return Err("head: reference"),
                }
            }
            3 => Kind::Fixed(Fixed::Unsigned(16)),
            4 => Kind::Fixed(Fixed::Unsigned(2)),
            5 => Kind::Fixed(Fixed::Signed(2)),
            6 => match self.number()? {
                0 => return Err("head: number"),
                count => Kind::Array(count, self.boxed(depth + 1)?),
            },
            7 => {
                let number = self.number()? as usize;
                match number < self.head.unions.len() {
                    true => Kind::Union(number),
                    false => return Err("head: reference"),
                }
            }
            9 => Kind::Decimal,
            10 => Kind::Fixed(Fixed::Signed(16)),
            11 => Kind::Fixed(Fixed::Uuid),
            15 => Kind::Future(self.number()?),
            _ => return Err("head: kind"),
        })
    }

    fn members(&mut self, depth: usize) -> Result<Vec<(u16, Kind)>, Refused> {
        let mut members = Vec::new();
        let mut id = 1_u64;
        loop {
            let mut first = self.half()?;
            if first == 0 {
                return Ok(members);
            }
            if first == 13 {
                id += u64::from(self.number()?) + 1;
                first = self.half()?;
            }
            if id > 32_767 {
                return Err("head: number");
            }
            members.push((id as u16, self.kind_of(first, depth)?));
            id += 1;
        }
    }

    fn layout(&mut self, depth: usize) -> Result<Fixed, Refused> {
        let mut members = Vec::new();
        loop {
            match self.half()? {
                0 if members.is_empty() => return Err("head: number"),
                0 => return Ok(Fixed::Struct(members)),
                code => members.push(self.fixed(code, depth)?),
            }
        }
    }

    fn fixed(&mut self, code: u8, depth: usize) -> Result<Fixed, Refused> {
        if depth == DEPTH {
            return Err("head: depth");
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
                    return Err("head: number");
                }
                Fixed::Array(count, Box::new(self.fixed(item, depth + 1)?))
            }
            14 => self.layout(depth + 1)?,
            15 => Fixed::Decimal,
            _ => return Err("head: kind"),
        })
    }
}
