//! rkyv: the borrowed reading is a validated archive.

use rkyv::api::high::{HighDeserializer, HighSerializer, HighValidator};
use rkyv::bytecheck::CheckBytes;
use rkyv::rancor::Error;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::{Archive, Deserialize, Serialize};

use crate::wire::codec::{Borrowing, Codec, Refusal};

/// Writes into a reused vector.
#[derive(Clone, Default)]
pub struct Rkyv(Vec<u8>);

impl<T> Codec<T> for Rkyv
where
    T: Archive + for<'a> Serialize<HighSerializer<Vec<u8>, ArenaHandle<'a>, Error>>,
    T::Archived:
        for<'a> CheckBytes<HighValidator<'a, Error>> + Deserialize<T, HighDeserializer<Error>>,
{
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        let mut out = std::mem::take(&mut self.0);
        out.clear();
        self.0 = rkyv::api::high::to_bytes_in(value, out).expect("a vector takes every byte");
        &self.0
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(rkyv::from_bytes::<T, Error>(input)?)
    }
}

impl<T> Borrowing<T> for Rkyv
where
    Self: Codec<T, Input = Vec<u8>>,
    T: Archive,
    T::Archived: for<'a> CheckBytes<HighValidator<'a, Error>>,
{
    fn look(&mut self, input: &Vec<u8>) -> Result<(), Refusal> {
        std::hint::black_box(rkyv::access::<T::Archived, Error>(input)?);
        Ok(())
    }
}
