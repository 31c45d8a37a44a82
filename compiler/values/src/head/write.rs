//! Encodes heads.

use std::collections::BTreeMap;

use super::{Fixed, Head, Kind};

impl Head {
    /// Encodes the head of a value of kind `root`. `describes` chooses the variants to include, by the union's number
    /// in the new head, its number in this head, and the id.
    pub fn write(&self, root: &Kind, describes: impl Fn(usize, usize, u16) -> bool) -> Vec<u8> {
        let mut writer = Writer {
            head: self,
            halves: Vec::new(),
            records: BTreeMap::new(),
            unions: Vec::new(),
        };
        writer.kind(root);
        let mut number = 0;
        while let Some(&union) = writer.unions.get(number) {
            let all = self.unions[union].iter();
            let described = all.filter(|(id, _)| describes(number, union, *id));
            writer.members(&described.cloned().collect::<Vec<_>>());
            number += 1;
        }
        let bytes = writer.halves.chunks(2);
        bytes
            .map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0))
            .collect()
    }
}

struct Writer<'h> {
    head: &'h Head,
    halves: Vec<u8>,
    /// New numbers of structs, by old number.
    records: BTreeMap<usize, u32>,
    /// Old numbers of unions, by new number.
    unions: Vec<usize>,
}

impl Writer<'_> {
    fn number(&mut self, mut number: u32) {
        while number > 7 {
            self.halves.push(8 | (number & 7) as u8);
            number >>= 3;
        }
        self.halves.push(number as u8);
    }

    fn numbered(&mut self, code: u8, number: u32) {
        self.halves.extend([0xf, code]);
        self.number(number);
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Uint => self.halves.push(1),
            Kind::Int => self.halves.push(2),
            Kind::Text => self.halves.push(3),
            Kind::Bool => self.halves.push(4),
            Kind::Fixed(fixed) => self.fixed_kind(fixed),
            Kind::Decimal => self.halves.extend([0xf, 9]),
            Kind::Optional(inner) => {
                self.halves.push(0xc);
                self.kind(inner);
            }
            Kind::List(item) => {
                self.halves.push(9);
                self.kind(item);
            }
            Kind::Map(key, value) => {
                self.halves.push(0xa);
                self.kind(key);
                self.kind(value);
            }
            Kind::Array(count, item) => {
                self.numbered(6, *count);
                self.kind(item);
            }
            Kind::Record(number) => self.record(*number),
            Kind::Union(number) => match self.unions.iter().position(|known| known == number) {
                Some(known) => self.numbered(7, known as u32),
                None => {
                    self.unions.push(*number);
                    self.halves.push(0xb);
                }
            },
            Kind::Future(number) => self.numbered(0xf, *number),
        }
    }

    fn record(&mut self, number: usize) {
        if let Some(&known) = self.records.get(&number) {
            return self.numbered(2, known);
        }
        self.records.insert(number, self.records.len() as u32);
        self.halves.push(8);
        self.members(&self.head.records[number].clone());
    }

    fn members(&mut self, members: &[(u16, Kind)]) {
        let mut next = 1;
        for (id, kind) in members {
            if *id > next {
                self.halves.push(0xd);
                self.number(u32::from(id - next) - 1);
            }
            self.kind(kind);
            next = id + 1;
        }
        self.halves.push(0);
    }

    fn fixed_kind(&mut self, fixed: &Fixed) {
        match fixed {
            Fixed::Unsigned(1) => self.halves.push(5),
            Fixed::Signed(1) => self.halves.extend([0xf, 1]),
            Fixed::Unsigned(2) => self.halves.extend([0xf, 4]),
            Fixed::Signed(2) => self.halves.extend([0xf, 5]),
            Fixed::Unsigned(_) => self.halves.extend([0xf, 3]),
            Fixed::Signed(_) => self.halves.extend([0xf, 0xa]),
            Fixed::Float(4) => self.halves.push(7),
            Fixed::Float(_) => self.halves.push(6),
            Fixed::Uuid => self.halves.extend([0xf, 0xb]),
            Fixed::Bool | Fixed::Sixteen | Fixed::Decimal | Fixed::Array(..) | Fixed::Struct(_) => {
                self.layout(fixed);
            }
        }
    }

    /// Encodes a frozen struct, or a member of one.
    fn layout(&mut self, fixed: &Fixed) {
        match fixed {
            Fixed::Unsigned(size) => self.halves.push(2 * size.ilog2() as u8 + 1),
            Fixed::Signed(size) => self.halves.push(2 * size.ilog2() as u8 + 2),
            Fixed::Float(4) => self.halves.push(9),
            Fixed::Float(_) => self.halves.push(0xa),
            Fixed::Bool => self.halves.push(0xb),
            Fixed::Uuid | Fixed::Sixteen => self.halves.push(0xc),
            Fixed::Decimal => self.halves.push(0xf),
            Fixed::Array(count, item) => {
                self.halves.push(0xd);
                self.number(*count);
                self.layout(item);
            }
            Fixed::Struct(members) => {
                self.halves.push(0xe);
                members.iter().for_each(|member| self.layout(member));
                self.halves.push(0);
            }
        }
    }
}
