//! pilota's Thrift binary protocol (the safe one, its default), with the structs that pilota-build generates.

use pilota::thrift::{Message, binary::TBinaryProtocol};
use pilota::{Bytes, BytesMut};

use crate::wire::codec::{Codec, Refusal};

/// The generated structs.
#[allow(missing_docs, unsafe_code, warnings, clippy::all)]
pub mod generated {
    include!(concat!(env!("OUT_DIR"), "/pilota.rs"));
}

/// Writes into a reused buffer of the exact size, which pilota computes first.
#[derive(Clone, Default)]
pub struct Pilota(BytesMut);

impl<T: Message> Codec<T> for Pilota {
    type Input = Bytes;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0.clear();
        self.0
            .reserve(value.size(&mut TBinaryProtocol::new((), false)));
        value
            .encode(&mut TBinaryProtocol::new(&mut self.0, false))
            .expect("the buffer takes every byte");
        &self.0
    }

    fn decode(&mut self, input: &Bytes) -> Result<T, Refusal> {
        Ok(T::decode(&mut TBinaryProtocol::new(
            &mut input.clone(),
            false,
        ))?)
    }
}
