//! buffa, with the messages that buffa-build generates from the same `.proto` files as prost's.

use buffa::{HasMessageView, Message};

use crate::wire::codec::{Borrowing, Codec, Refusal};

/// The generated messages.
#[allow(missing_docs, warnings, clippy::all)]
pub mod generated {
    include!(concat!(env!("OUT_DIR"), "/buffa/mod.rs"));
}

/// Writes into a reused vector.
#[derive(Clone, Default)]
pub struct Buffa(Vec<u8>);

impl<T: Message> Codec<T> for Buffa {
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0.clear();
        value.encode(&mut self.0);
        &self.0
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(T::decode_from_slice(input)?)
    }
}

impl<T: Message + HasMessageView> Borrowing<T> for Buffa {
    fn look(&mut self, input: &Vec<u8>) -> Result<(), Refusal> {
        std::hint::black_box(T::decode_view(input)?);
        Ok(())
    }
}
