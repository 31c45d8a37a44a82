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

    /// Runs `write`.
    #[inline]
    pub(super) fn write(mut self, write: impl FnOnce(&mut Encoder)) -> Result<(), EncodeError> {
        write(&mut self.encoder);
        self.end()?;
        // Nothing is left in it.
        core::mem::forget(self);
        Ok(())
    }

    /// The same; what it has kept instead of copied is for the caller.
    #[inline]
    pub(super) fn write_keeping(
        mut self,
        write: impl FnOnce(&mut Encoder),
    ) -> Result<Option<Kept>, EncodeError> {
        write(&mut self.encoder);
        let kept = self.encoder.kept();
        self.end()?;
        core::mem::forget(self);
        Ok(kept)
    }

    /// Gives the buffer back with what was written, unless the value was refused.
    #[inline]
    fn end(&mut self) -> Result<(), EncodeError> {
        match self.encoder.refused() {
            Some(error) => Err(error),
            None => {
                self.encoder.swap(self.buffer);
                Ok(())
            }
        }
    }
}

impl Drop for Writing<'_> {
    #[cold]
    fn drop(&mut self) {
        self.encoder.swap(self.buffer);
        self.buffer.truncate(self.start);
    }
}
