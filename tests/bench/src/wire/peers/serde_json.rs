//! JSON by serde_json.

use serde::{Serialize, de::DeserializeOwned};

use crate::wire::codec::{Codec, Refusal};

/// Writes into a reused vector.
#[derive(Clone, Default)]
pub struct SerdeJson(Vec<u8>);

impl<T: Serialize + DeserializeOwned> Codec<T> for SerdeJson {
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0.clear();
        serde_json::to_writer(&mut self.0, value).expect("a vector takes every byte");
        &self.0
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(serde_json::from_slice(input)?)
    }
}
