//! One transport with its two buffers. Reads grow with what the connection uses; it knows nothing of frames.

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

const SMALLEST_READ: usize = 2 << 10;
const LARGEST_READ: usize = 64 << 10;
/// Bytes of a buffer that a busy connection keeps while it has nothing to read.
const LARGEST_KEPT: usize = 2 * LARGEST_READ;
/// Bytes that a peer may send behind the end, which is more than what can be on its way.
const LATE: usize = 16 << 20;

/// What a connection runs over: TCP, a pipe in memory, anything that is read and written.
pub trait Io: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Io for T {}

/// A transport, what was read from it and not yet used, and what is to be written to it.
pub(super) struct Socket<T> {
    io: T,
    pub(super) input: BytesMut,
    pub(super) output: Vec<u8>,
    written: usize,
    unflushed: bool,
    read_size: usize,
    /// Bytes that were read behind the end.
    late: usize,
}

impl<T: Io> Socket<T> {
    pub(super) fn new(io: T) -> Self {
        Self {
            io,
            input: BytesMut::new(),
            output: Vec::new(),
            written: 0,
            unflushed: false,
            read_size: SMALLEST_READ,
            late: 0,
        }
    }

    /// Reads once, to the end of `input`; 0 is the end of the transport. Room is made for what `missing` says that the
    /// frame at hand needs, but at most for as much again as is there.
    pub(super) fn poll_read(
        &mut self,
        missing: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let wanted = self.read_size.max(missing.min(self.input.len()));
        self.input.reserve(wanted);
        let read = ready!(pin!(self.io.read_buf(&mut self.input)).poll(cx))?;
        if read >= self.read_size {
            self.read_size = (self.read_size * 2).min(LARGEST_READ);
        }
        Poll::Ready(Ok(read))
    }

    /// Writes once from `output`.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.io).poll_write(cx, &self.output[self.written..]))?;
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.written += written;
        self.unflushed = true;
        if self.written == self.output.len() {
            self.output.clear();
            self.output.shrink_to(LARGEST_READ);
            self.written = 0;
        }
        Poll::Ready(Ok(written))
    }

    /// Flushes what was written, if anything was.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.unflushed {
            ready!(Pin::new(&mut self.io).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// All that came is used: what a large frame took is given back, what many small ones share is kept.
    pub(super) fn rest(&mut self) {
        if self.input.is_empty() && self.input.capacity() > LARGEST_KEPT {
            self.give_back();
        }
    }

    /// Gives memory back: from time to time, for connections that had much to do and have little now.
    pub(super) fn give_back(&mut self) {
        if self.input.is_empty() {
            self.input = BytesMut::new();
            self.read_size = SMALLEST_READ;
        }
        if self.output.is_empty() {
            self.output = Vec::new();
        }
    }

    /// Says that nothing more comes, then reads what was on its way, so that the peer can read what was written last.
    pub(super) fn poll_finish(&mut self, shut: &mut bool, cx: &mut Context<'_>) -> Poll<()> {
        if !*shut {
            if ready!(Pin::new(&mut self.io).poll_shutdown(cx)).is_err() {
                return Poll::Ready(());
            }
            *shut = true;
        }
        while self.late <= LATE {
            let all = self.input.len();
            self.input.advance(all);
            match ready!(self.poll_read(0, cx)) {
                Ok(0) | Err(_) => return Poll::Ready(()),
                Ok(read) => self.late += read,
            }
        }
        Poll::Ready(())
    }
}
