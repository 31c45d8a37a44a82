//! The interface of peers.

/// Why a codec refused its own output.
pub type Refusal = Box<dyn std::error::Error>;

/// Encodes and decodes values of one type. A codec reuses its buffers, as a connection does.
pub trait Codec<T> {
    /// The type of received messages.
    type Input: From<Vec<u8>>;

    /// Writes the value into the codec's own buffer.
    fn encode(&mut self, value: &T) -> &[u8];

    /// Decodes an owned value.
    fn decode(&mut self, input: &Self::Input) -> Result<T, Refusal>;
}

/// A codec that can also decode without owning.
pub trait Borrowing<T>: Codec<T> {
    /// Parses and validates the whole message without owning any of it.
    fn look(&mut self, input: &Self::Input) -> Result<(), Refusal>;
}
