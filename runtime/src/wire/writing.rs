//! A value on its way to the end of a buffer that others have written to as well: it is there whole, or not at all.

use super::Encoder;
use super::encoder::Kept;
use super::error::EncodeError;

/// An encoder that has a buffer, and gives it back without what was written if the value is refused or panics.
pub(super) struct Writing<'a> {
    buffer: &'a mut Vec<u8>,
    start: usize,
    encoder: Encoder,
}

impl<'a> Writing<'a> {
    #[inline]
    pub(super) fn begin(buffer: &'a mut Vec<u8>, encoder: fn(Vec<u8>) -> Encoder) -> Self {
        Self {
            start: buffer.len(),
            encoder: encoder(core::mem::take(buffer)),
            buffer,
        }
    }

    /// Runs `write`; what it has kept instead of copied is for the caller.
    #[inline]
    pub(super) fn write(
        mut self,
        write: impl FnOnce(&mut Encoder),
    ) -> Result<Option<Kept>, EncodeError> {
        write(&mut self.encoder);
        let (kept, refused) = self.encoder.end();
        if let Some(error) = refused {
            return Err(error);
        }
        *self.buffer = self.encoder.give_back();
        // Nothing is left in it.
        core::mem::forget(self);
        Ok(kept)
    }
}

impl Drop for Writing<'_> {
    #[cold]
    fn drop(&mut self) {
        *self.buffer = self.encoder.give_back();
        self.buffer.truncate(self.start);
    }
}
