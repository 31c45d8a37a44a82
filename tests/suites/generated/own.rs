//! Types of a crate that stand for those of a schema. What they hold is public, as is all that a crate does with its types.

/// A value of another type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Own<T>(
    /// What it is in the schema.
    pub T,
);

impl<T> From<T> for Own<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl AsRef<str> for Own<String> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for Own<Vec<u8>> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&Own<u8>> for u8 {
    fn from(own: &Own<u8>) -> Self {
        own.0
    }
}

impl From<&Own<Vec<u32>>> for Vec<u32> {
    fn from(own: &Own<Vec<u32>>) -> Self {
        own.0.clone()
    }
}
