//! wincode in its default configuration, but for a size limit that the mesh would exceed.

use wincode::config::{self, Configuration};
use wincode::{SchemaReadOwned, SchemaWrite};

use crate::wire::codec::{Codec, Refusal};

/// Writes into a reused vector.
#[derive(Clone, Default)]
pub struct Wincode(Vec<u8>);

type Roomy = Configuration<true, { 64 << 20 }>;

const ROOMY: Roomy = Configuration::default().with_preallocation_size_limit::<{ 64 << 20 }>();

impl<T> Codec<T> for Wincode
where
    T: SchemaWrite<Roomy, Src = T> + SchemaReadOwned<Roomy, Dst = T>,
{
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0.clear();
        config::serialize_into(&mut self.0, value, ROOMY).expect("a vector takes every byte");
        &self.0
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(config::deserialize(input, ROOMY)?)
    }
}
