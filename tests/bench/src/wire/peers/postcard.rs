//! postcard over serde.

use serde::{Serialize, de::DeserializeOwned};

use crate::wire::codec::{Codec, Refusal};

/// Writes into a reused vector.
#[derive(Clone, Default)]
pub struct Postcard(Vec<u8>);

impl<T: Serialize + DeserializeOwned> Codec<T> for Postcard {
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        let mut out = std::mem::take(&mut self.0);
        out.clear();
        self.0 = postcard::to_extend(value, out).expect("a vector takes every byte");
        &self.0
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(postcard::from_bytes(input)?)
    }
}
