//! bitcode: columnar, with the buffers that it keeps by itself.

use crate::wire::codec::{Codec, Refusal};

/// A codec with bitcode's buffers, which are not cloned.
#[derive(Default)]
pub struct Bitcode(bitcode::Buffer);

impl Clone for Bitcode {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T: bitcode::Encode + bitcode::DecodeOwned> Codec<T> for Bitcode {
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0.encode(value)
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(self.0.decode(input)?)
    }
}
