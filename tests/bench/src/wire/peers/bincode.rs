//! bincode 2 in its standard configuration.

use bincode::config::standard;

use crate::wire::codec::{Codec, Refusal};

/// Writes into a reused vector.
#[derive(Clone, Default)]
pub struct Bincode(Vec<u8>);

impl<T: bincode::Encode + bincode::Decode<()>> Codec<T> for Bincode {
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0.clear();
        bincode::encode_into_std_write(value, &mut self.0, standard())
            .expect("a vector takes every byte");
        &self.0
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(bincode::decode_from_slice(input, standard())?.0)
    }
}
