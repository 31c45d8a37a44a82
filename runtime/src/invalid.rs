//! Values that a schema does not allow. The checks themselves are in `check`.

use core::fmt;

/// A value that the schema does not allow: a number that a closed enum does not name, or a value that breaks a
/// constraint.
///
/// One pointer wide.
#[derive(Clone, PartialEq, Eq)]
pub struct Invalid(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    place: &'static str,
    rule: Rule,
}

/// The rule that a value breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The number has no name.
    Number(i128),
    /// The text is no name.
    Name(String),
    /// So many characters, bytes or elements are not between these.
    Length(u64, u64, u64),
    /// Below, above or not below a bound, which is given as text.
    AtLeast(String),
    AtMost(String),
    Below(String),
    /// The text does not match the pattern.
    #[cfg(feature = "pattern")]
    Pattern(&'static str),
    /// Two elements are equal.
    Unique,
}

impl Invalid {
    /// The number `number` is not a value of the closed type `place`. Generated code calls this.
    #[doc(hidden)]
    #[cold]
    pub fn number(place: &'static str, number: impl TryInto<i128>) -> Self {
        Self::new(place, Rule::Number(number.try_into().unwrap_or(i128::MAX)))
    }

    /// The text `name` is not a name of the type `place`.
    #[cold]
    pub(crate) fn name(place: &'static str, name: &str) -> Self {
        Self::new(place, Rule::Name(name.to_owned()))
    }

    #[cold]
    pub(crate) fn new(place: &'static str, rule: Rule) -> Self {
        Self(Box::new(Details { place, rule }))
    }

    /// The type or field that does not allow the value, such as `Order.lines`.
    pub fn place(&self) -> &'static str {
        self.0.place
    }

    pub(crate) fn rule(&self) -> &Rule {
        &self.0.rule
    }

    /// What would be allowed, without the value.
    pub(crate) fn bound(&self) -> Option<String> {
        match &self.0.rule {
            Rule::Length(_, min, max) => Some(between(*min, *max)),
            Rule::AtLeast(bound) => Some(format!("at least {bound}")),
            Rule::AtMost(bound) => Some(format!("at most {bound}")),
            Rule::Below(bound) => Some(format!("below {bound}")),
            #[cfg(feature = "pattern")]
            Rule::Pattern(pattern) => Some(format!("`{pattern}`")),
            Rule::Number(_) | Rule::Name(_) | Rule::Unique => None,
        }
    }
}

impl Rule {
    /// The rule in a few words, without the value.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Number(_) => "the number has no name",
            Self::Name(_) => "no value has this name",
            Self::Length(..) => "the length is out of bounds",
            Self::AtLeast(_) | Self::AtMost(_) | Self::Below(_) => "the value is out of range",
            #[cfg(feature = "pattern")]
            Self::Pattern(_) => "the text does not match its pattern",
            Self::Unique => "an element occurs twice",
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.0.place;
        match &self.0.rule {
            Rule::Number(number) => write!(f, "{number} is not a value of `{place}`"),
            Rule::Name(name) => write!(f, "{name:?} is not a value of `{place}`"),
            Rule::Length(length, min, max) => {
                let bound = between(*min, *max);
                write!(f, "`{place}` has length {length}, but {bound} is required")
            }
            Rule::AtLeast(bound) => write!(f, "`{place}` must be at least {bound}"),
            Rule::AtMost(bound) => write!(f, "`{place}` must be at most {bound}"),
            Rule::Below(bound) => write!(f, "`{place}` must be below {bound}"),
            #[cfg(feature = "pattern")]
            Rule::Pattern(pattern) => write!(f, "`{place}` does not match `{pattern}`"),
            Rule::Unique => write!(f, "an element of `{place}` occurs twice"),
        }
    }
}

impl fmt::Debug for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invalid")
            .field("place", &self.0.place)
            .field("rule", &self.0.rule)
            .finish()
    }
}

impl core::error::Error for Invalid {}

/// The allowed lengths, in words.
fn between(min: u64, max: u64) -> String {
    match (min, max) {
        (min, u64::MAX) => format!("at least {min}"),
        (0, max) => format!("at most {max}"),
        (min, max) if min == max => format!("exactly {min}"),
        (min, max) => format!("{min} to {max}"),
    }
}
