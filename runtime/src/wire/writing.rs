//! A value on its way to the end of a buffer that others have written to as well: it is there whole, or not at all.

use super::Encoder;
use super::error::EncodeError;
use super::output::Part;

/// An encoder that has a buffer, and gives it back without what was written if the value is refused or panics.
pub(super) struct Writing<'a> {
    buffer: &'a mut Vec<u8>,
    start: usize,
    encoder: Encoder,
    whole: bool,
}

impl<'a> Writing<'a> {
    #[inline]
    pub(super) fn begin(buffer: &'a mut Vec<u8>, encoder: fn(Vec<u8>) -> Encoder) -> Self {
        Self {
            start: buffer.len(),
            encoder: encoder(core::mem::take(buffer)),
            buffer,
            whole: false,
        }
    }

    /// Runs `write`; what it has kept instead of copied is for the caller.
    #[inline]
    pub(super) fn write(
        mut self,
        write: impl FnOnce(&mut Encoder),
    ) -> Result<Option<Vec<Part>>, EncodeError> {
        write(&mut self.encoder);
        let (parts, refused) = self.encoder.end();
        self.whole = refused.is_none();
        refused.map_or(Ok(parts), Err)
    }
}

impl Drop for Writing<'_> {
    #[inline]
    fn drop(&mut self) {
        *self.buffer = self.encoder.give_back();
        if !self.whole {
            self.buffer.truncate(self.start);
        }
    }
}
