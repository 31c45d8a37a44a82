//! Appends a value to a buffer with other contents: completely or not at all.

use super::Encoder;
use super::encoder::Kept;
use super::error::EncodeError;

/// An encoder with a borrowed buffer. Returns the buffer without what was written if the value is refused or its
/// encoding panics.
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
        // Nothing is left to drop.
        core::mem::forget(self);
        Ok(())
    }

    /// The same. What was kept instead of copied is up to the caller.
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

    /// Returns the buffer with what was written, unless the value was refused.
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
