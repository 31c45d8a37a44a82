//! Values for the holes of templates.

use std::fmt::Write;

use proc_macro2::{Ident, Literal};

use super::Code;

/// A value for a hole. It appends itself as code; text is never appended as it is.
pub(in crate::backends::rust) trait Fill {
    /// Whether a line with nothing else is left out.
    fn is_empty(&self) -> bool {
        false
    }

    /// Appends the value. All lines but the first are indented by `indent`.
    fn fill(&self, code: &mut Code, indent: usize);
}

impl<T: Fill + ?Sized> Fill for &T {
    fn is_empty(&self) -> bool {
        T::is_empty(self)
    }

    fn fill(&self, code: &mut Code, indent: usize) {
        T::fill(self, code, indent);
    }
}

/// `None` appends nothing.
impl<T: Fill> Fill for Option<T> {
    fn is_empty(&self) -> bool {
        self.as_ref().is_none_or(T::is_empty)
    }

    fn fill(&self, code: &mut Code, indent: usize) {
        if let Some(value) = self {
            value.fill(code, indent);
        }
    }
}

impl Fill for Code {
    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn fill(&self, code: &mut Code, indent: usize) {
        let mut rest = self.text.as_str();
        while let Some((line, behind)) = rest.split_once('\n') {
            code.text.push_str(line);
            code.text.push('\n');
            // Blank lines stay empty. The last line continues after the hole.
            if !behind.starts_with('\n') {
                code.indent(indent);
            }
            rest = behind;
        }
        code.text.push_str(rest);
    }
}

impl Fill for Ident {
    fn fill(&self, code: &mut Code, _: usize) {
        write!(code.text, "{self}").expect("a string takes all");
    }
}

/// A string literal.
impl Fill for str {
    fn fill(&self, code: &mut Code, _: usize) {
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if !self.bytes().all(is_plain) {
            return write!(code.text, "{self:?}").expect("a string takes all");
        }
        code.text.push('"');
        code.text.push_str(self);
        code.text.push('"');
    }
}

impl Fill for String {
    fn fill(&self, code: &mut Code, indent: usize) {
        self.as_str().fill(code, indent);
    }
}

/// A byte string literal.
impl Fill for Vec<u8> {
    fn fill(&self, code: &mut Code, _: usize) {
        let literal = Literal::byte_string(self);
        write!(code.text, "{literal}").expect("a string takes all");
    }
}

/// A byte as two digits: `0x1f`.
pub(in crate::backends::rust) struct Hex(pub(in crate::backends::rust) u8);

impl Fill for Hex {
    fn fill(&self, code: &mut Code, _: usize) {
        write!(code.text, "{:#04x}", self.0).expect("a string takes all");
    }
}

impl Fill for bool {
    fn fill(&self, code: &mut Code, _: usize) {
        code.text.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! fill_with_numbers {
    ($($number:ty),*) => {$(
        /// A literal without a suffix
        impl Fill for $number {
            fn fill(&self, code: &mut Code, _: usize) {
                code.text.push_str(&grouped(&format!("{self:?}")));
            }
        }
    )*};
}

/// A number with `_` as a thousands separator, if it is long.
fn grouped(number: &str) -> String {
    const MANY: usize = 6;
    let digits = number.trim_start_matches('-');
    let whole = digits.find(|c: char| !c.is_ascii_digit());
    let (whole, rest) = digits.split_at(whole.unwrap_or(digits.len()));
    if whole.len() < MANY {
        return number.to_owned();
    }
    let sign = &number[..number.len() - digits.len()];
    let is_first_of_three = |at: usize| at > 0 && (whole.len() - at).is_multiple_of(3);
    let digits = whole.chars().enumerate();
    let grouped = digits.flat_map(|(at, digit)| {
        let gap = is_first_of_three(at).then_some('_');
        gap.into_iter().chain([digit])
    });
    let grouped: String = grouped.collect();
    format!("{sign}{grouped}{rest}")
}

fill_with_numbers!(u8, u16, u32, u64, u128, usize, i32, i128, f32, f64);

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn long_numbers_are_grouped() {
        for (number, written) in [
            ("0", "0"),
            ("65535", "65535"),
            ("-100000", "-100_000"),
            ("1234567", "1_234_567"),
            ("1000000000.5", "1_000_000_000.5"),
            ("1e100", "1e100"),
            ("inf", "inf"),
        ] {
            assert_eq!(grouped(number), written);
        }
    }
}
