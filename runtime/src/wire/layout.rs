//! The layouts of types of constant size, as shapes describe them.

use super::graph::LayoutNode;
use super::head::Nibbles;

/// The layout of a type of constant size.
#[derive(Clone, Copy, Debug)]
pub enum Layout {
    /// One scalar: its code in a shape and its size.
    Scalar(u8, u8),
    /// This many values of one layout.
    Array(u32, &'static Layout),
    /// The members of a frozen struct.
    Struct(&'static [Layout]),
}

impl Layout {
    /// How many bytes a value takes.
    pub const fn size(&self) -> usize {
        match self {
            Self::Scalar(_, size) => *size as usize,
            Self::Array(count, item) => *count as usize * item.size(),
            Self::Struct(members) => {
                let (mut size, mut index) = (0, 0);
                while index < members.len() {
                    size += members[index].size();
                    index += 1;
                }
                size
            }
        }
    }

    /// The members as a shape lists them.
    pub(crate) fn node(&self) -> LayoutNode {
        let mut code = Nibbles::default();
        match self {
            Self::Struct(members) => members.iter().for_each(|member| member.write(&mut code)),
            Self::Scalar(..) | Self::Array(..) => self.write(&mut code),
        }
        LayoutNode {
            code: code.halves(),
            size: self.size() as u64,
        }
    }

    fn write(&self, out: &mut Nibbles) {
        match self {
            Self::Scalar(code, _) => out.push(*code),
            Self::Array(count, item) => {
                out.push(0xd);
                out.number(*count);
                item.write(out);
            }
            Self::Struct(members) => {
                out.push(0xe);
                members.iter().for_each(|member| member.write(out));
                out.push(0);
            }
        }
    }
}
