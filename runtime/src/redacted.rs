//! How generated types show themselves: what is sensitive not at all, flags by their names.

use core::fmt;

/// Stands for a value that is not to be seen.
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// `Access(READ | WRITE)`: the named flags that are set, then the bits without a name.
pub fn debug_flags(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    bits: u128,
    flags: &[(&str, u128)],
) -> fmt::Result {
    let mut rest = bits;
    let mut gap = "";
    write!(f, "{name}(")?;
    for (flag, bit) in flags.iter().filter(|(_, bit)| bit.is_power_of_two()) {
        if bits & bit != 0 {
            write!(f, "{gap}{flag}")?;
            rest &= !bit;
            gap = " | ";
        }
    }
    if rest != 0 || bits == 0 {
        write!(f, "{gap}{rest:#x}")?;
    }
    f.write_str(")")
}
