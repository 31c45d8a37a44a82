//! What a head says, as a tree of kinds.

use super::Refused;

/// A head: the kind of the root, and what the structs and unions in it hold, by number.
pub(crate) struct Head {
    pub(crate) root: Kind,
    pub(crate) records: Vec<Vec<(u16, Kind)>>,
    pub(crate) unions: Vec<Vec<(u16, Kind)>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Bool,
    Uint,
    Int,
    Text,
    Fixed(Fixed),
    Decimal,
    Optional(Box<Kind>),
    List(Box<Kind>),
    Map(Box<Kind>, Box<Kind>),
    Array(u32, Box<Kind>),
    Record(usize),
    Union(usize),
    Future,
}

/// Kinds whose values have one size.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fixed {
    Unsigned(usize),
    Signed(usize),
    Float(usize),
    Bool,
    Bytes(usize),
    Array(u32, Box<Fixed>),
    Struct(Vec<Fixed>),
}

impl Kind {
    /// Bits in the header of whatever holds a value.
    pub(crate) fn bits(&self) -> usize {
        match self {
            Self::Bool => 1,
            Self::Optional(inner) => 1 + inner.bits(),
            _ => 0,
        }
    }
}

impl Head {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refused> {
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
        if bytes.len() > 32 * 1024 {
            return Err("head: size");
        }
        parser.head.root = parser.kind(0)?;
        let mut number = 0;
        while number < parser.head.unions.len() {
            parser.head.unions[number] = parser.members(0)?;
            number += 1;
        }
        let rest = &parser.halves[parser.at..];
        if rest.len() > 1 || rest.contains(&1) || rest.iter().any(|half| *half != 0) {
            return Err("head: trailing");
        }
        let head = parser.head;
        for number in 0..head.records.len() {
            head.ends(&Kind::Record(number), 0)?;
        }
        Ok(head)
    }

    /// How many variants are described.
    pub(crate) fn described(&self) -> usize {
        self.unions.iter().map(Vec::len).sum()
    }

    /// A struct must not directly contain itself, nor be a chain of more than 64.
    fn ends(&self, kind: &Kind, depth: usize) -> Result<(), Refused> {
        if depth > 64 {
            return Err("head: depth");
        }
        match kind {
            Kind::Record(number) => {
                let mut fields = self.records[*number].iter();
                fields.try_for_each(|(_, kind)| self.ends(kind, depth + 1))
            }
            Kind::Array(_, item) => self.ends(item, depth + 1),
            _ => Ok(()),
        }
    }
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
        if depth == 64 {
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
            11 => Kind::Fixed(Fixed::Bytes(16)),
            15 => {
                self.number()?;
                Kind::Future
            }
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
        if depth == 64 {
            return Err("head: depth");
        }
        Ok(match code {
            1 | 3 | 5 | 7 => Fixed::Unsigned(1 << (code / 2)),
            2 | 4 | 6 | 8 => Fixed::Signed(1 << (code / 2 - 1)),
            9 => Fixed::Float(4),
            10 => Fixed::Float(8),
            11 => Fixed::Bool,
            12 => Fixed::Bytes(16),
            13 => {
                let count = self.number()?;
                let item = self.half()?;
                if count == 0 {
                    return Err("head: number");
                }
                Fixed::Array(count, Box::new(self.fixed(item, depth + 1)?))
            }
            14 => self.layout(depth + 1)?,
            15 => Fixed::Bytes(17),
            _ => return Err("head: kind"),
        })
    }
}
