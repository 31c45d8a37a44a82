//! Interprets bytes as a sequence of choices, so that mutating the bytes mutates what is chosen.

/// Choices from bytes. When they run out, each choice is the first option.
#[derive(Debug)]
pub struct Choices<'b>(std::slice::Iter<'b, u8>);

impl<'b> Choices<'b> {
    /// The choices of these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self(bytes.iter())
    }

    /// A number below `many`.
    pub fn below(&mut self, many: usize) -> usize {
        let byte = self.0.next().copied().unwrap_or(0);
        usize::from(byte) % many.max(1)
    }

    /// One of these.
    pub fn one_of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }

    /// Whether no byte is left.
    pub fn is_empty(&self) -> bool {
        self.0.len() == 0
    }
}
