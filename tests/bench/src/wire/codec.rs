//! What a peer must do to be measured.

/// Why a codec refused what it had written itself.
pub type Refusal = Box<dyn std::error::Error>;

/// Writes and reads values of one type. A codec keeps its buffers from one value to the next, as a connection does.
pub trait Codec<T> {
    /// What a received message lies in.
    type Input: From<Vec<u8>>;

    /// Writes the value into the codec's own buffer.
    fn encode(&mut self, value: &T) -> &[u8];

    /// Reads an owned value.
    fn decode(&mut self, input: &Self::Input) -> Result<T, Refusal>;
}

/// A codec that can also read a value that borrows from the message.
pub trait Borrowing<T>: Codec<T> {
    /// Parses and validates the whole message without owning any of it.
    fn look(&mut self, input: &Self::Input) -> Result<(), Refusal>;
}
