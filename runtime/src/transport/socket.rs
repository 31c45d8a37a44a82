//! A transport with its two buffers. Reads grow with the traffic. Knows nothing of frames.

use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

use super::carrier::Carrier;
use super::heap::expect_large_messages;
use crate::protocol::Output;

/// How much an idle connection reads at once, and how much a busy poll reads.
pub(super) const SMALLEST_READ: usize = 1 << 10;
const LARGEST_READ: usize = 64 << 10;
/// A frame as large as the last one is read at once up to this size. For larger ones the buffer grows step by step,
/// since what has arrived is copied when it grows.
const LARGEST_AT_ONCE: usize = 128 << 10;
/// How much room is made for a frame on the strength of the previous one.
const LARGEST_BELIEVED: usize = 2 << 20;
/// How many slices one write may have.
const SLICES: usize = 32;
/// How many bytes to read and drop after the end; more than can be in flight.
const LATE: usize = 16 << 20;

/// What a connection runs over: TCP, an in-memory pipe, anything that can be read and written.
pub trait Io: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + 'static> Io for T {}

/// A transport with its unread input and its unwritten output.
pub(super) struct Socket {
    carrier: Carrier,
    pub(super) input: BytesMut,
    pub(super) output: Output,
    unflushed: bool,
    read_size: usize,
    /// The largest frame taken out as a whole since memory was last freed. The next one gets as much room at once.
    frame_size: usize,
    /// Whether `output` has grown beyond what most connections ever need.
    grown: bool,
    /// Bytes that were read and dropped after the end.
    late: usize,
}

impl Socket {
    pub(super) fn new(carrier: Carrier) -> Self {
        Self {
            carrier,
            input: BytesMut::new(),
            output: Output::default(),
            unflushed: false,
            read_size: SMALLEST_READ,
            frame_size: 0,
            grown: false,
            late: 0,
        }
    }

    /// Whether it is a plain socket, so that writing is a system call and nothing else.
    pub(super) fn is_of_the_system(&self) -> bool {
        matches!(self.carrier, Carrier::Socket(_))
    }

    /// Reads once and appends to `input`; 0 is the end of the transport. If a large frame has `missing` bytes to come,
    /// reads no further than its end, so that the next frame begins in memory of its own.
    pub(super) fn poll_read(
        &mut self,
        missing: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let wanted = match missing {
            0 if self.frame_size <= LARGEST_AT_ONCE => self.read_size.max(self.frame_size),
            0 => self.read_size,
            _ => missing.min(self.believed()),
        };
        self.input.reserve(wanted);
        let mut room = (&mut self.input).limit(wanted);
        let read = ready!(pin!(self.carrier.io().read_buf(&mut room)).poll(cx))?;
        if read >= self.read_size {
            self.read_size = (self.read_size * 2).min(LARGEST_READ);
        }
        Poll::Ready(Ok(read))
    }

    /// Reads a little without waiting for readiness, and appends it to `input`; 0 is the end of the transport. `None`
    /// if nothing has arrived, or if the transport is not a socket.
    pub(super) fn look(&mut self) -> Option<io::Result<usize>> {
        let mut piece = [0; SMALLEST_READ];
        match self.carrier.look(&mut piece) {
            Ok(read) => {
                self.input.extend_from_slice(&piece[..read]);
                Some(Ok(read))
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => None,
                _ => Some(Err(error)),
            },
        }
    }

    /// How much room to make for an announced frame: as much as has arrived of it, or as the previous one took, up to a
    /// limit.
    fn believed(&self) -> usize {
        let begun = self.input.len();
        let known = self.frame_size.saturating_sub(begun);
        begun.max(known).max(self.read_size)
    }

    /// Takes the large frame of `size` bytes from the front of the input.
    pub(super) fn take(&mut self, size: usize) -> Bytes {
        if self.frame_size == 0 {
            expect_large_messages();
        }
        self.frame_size = self.frame_size.max(size.min(LARGEST_BELIEVED));
        self.input.split_to(size).freeze()
    }

    /// Writes once from `output`.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.output.one_piece().is_none() && !self.carrier.io().is_write_vectored() {
            self.output.join();
        }
        let io = Pin::new(self.carrier.io());
        let written = if let Some(bytes) = self.output.one_piece() {
            ready!(io.poll_write(cx, bytes))?
        } else {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let count = self.output.fill(&mut slices);
            ready!(io.poll_write_vectored(cx, &slices[..count]))?
        };
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.unflushed = true;
        self.output.advance(written);
        if !self.grown && self.output.capacity() > LARGEST_READ {
            expect_large_messages();
            self.grown = true;
        }
        Poll::Ready(Ok(written))
    }

    /// Flushes what was written, if anything was.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.unflushed {
            ready!(Pin::new(self.carrier.io()).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Whether it holds buffers that should be freed soon.
    pub(super) fn holds_much(&self) -> bool {
        self.grown || self.frame_size > 0
    }

    /// Frees buffers of connections that have little to do now.
    pub(super) fn give_back(&mut self) {
        if self.input.is_empty() {
            self.input = BytesMut::new();
            self.read_size = SMALLEST_READ;
            self.frame_size = 0;
        }
        if self.output.is_empty() {
            self.output = Output::default();
            self.grown = false;
        }
    }

    /// Shuts down writing, then reads until the peer has closed too, so that it receives what was written last. If the
    /// peer has closed its socket already there is nobody left to tell.
    pub(super) fn poll_finish(&mut self, shut: &mut bool, cx: &mut Context<'_>) -> Poll<()> {
        if !*shut {
            if self.is_of_the_system() && self.poll_ended(cx).is_ready() {
                return Poll::Ready(());
            }
            if ready!(Pin::new(self.carrier.io()).poll_shutdown(cx)).is_err() {
                return Poll::Ready(());
            }
            *shut = true;
        }
        self.poll_ended(cx)
    }

    /// Reads and drops input until the end of the transport.
    fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<()> {
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

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncWriteExt, DuplexStream};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    const CLAIM: usize = 4 << 20;

    fn socket() -> (Socket, DuplexStream) {
        let (near, far) = tokio::io::duplex(CLAIM);
        (Socket::new(Carrier::other(near)), far)
    }

    async fn read(socket: &mut Socket, missing: usize) -> usize {
        let read = poll_fn(|cx| socket.poll_read(missing, cx)).await;
        read.expect("the peer is there")
    }

    /// Reads until `size` bytes are there, of which `sent` come.
    async fn receive(socket: &mut Socket, far: &mut DuplexStream, sent: &[u8], size: usize) {
        far.write_all(sent).await.expect("there is room");
        while socket.input.len() < sent.len() {
            let missing = size - socket.input.len();
            read(socket, missing).await;
        }
    }

    #[tokio::test]
    async fn room_follows_what_has_come_and_not_what_is_announced() {
        for sent in [10, 3_000, 100_000, 1_000_000] {
            let (mut socket, mut far) = socket();
            receive(&mut socket, &mut far, &vec![1; sent], CLAIM).await;
            let room = socket.input.capacity();
            assert!(room <= 4 * sent.max(SMALLEST_READ), "{room} for {sent}");
        }
    }

    #[tokio::test]
    async fn a_very_large_frame_does_not_make_much_room_for_the_next_claim() {
        let (mut socket, mut far) = socket();
        socket.input = BytesMut::from(&vec![1; CLAIM][..]);
        let kept = socket.take(CLAIM);
        receive(&mut socket, &mut far, &[2; 10], CLAIM).await;
        let missing = CLAIM - socket.input.len();
        far.write_all(&[2; 10]).await.expect("there is room");
        read(&mut socket, missing).await;
        let room = socket.input.capacity();
        drop(kept);
        assert!(room <= LARGEST_BELIEVED + LARGEST_READ, "{room}");
    }

    #[tokio::test]
    async fn a_frame_like_the_last_one_is_read_at_once_and_no_further() {
        const SIZE: usize = 100_000;
        let (mut socket, mut far) = socket();
        receive(&mut socket, &mut far, &[1; SIZE], SIZE).await;
        drop(socket.take(SIZE));
        far.write_all(&[2; 2 * SIZE]).await.expect("there is room");
        assert_eq!(read(&mut socket, 0).await, SIZE);
        assert!(socket.holds_much());
        drop(socket.take(SIZE));
        socket.give_back();
        assert!(!socket.holds_much() && socket.input.capacity() == 0);
    }

    #[tokio::test]
    async fn a_socket_says_its_end_only_to_a_peer_that_has_not_ended() {
        for has_ended in [false, true] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut far = TcpStream::connect(address).await.unwrap();
            let near = listener.accept().await.unwrap().0;
            if has_ended {
                far.shutdown().await.unwrap();
                near.readable().await.unwrap();
            }
            let (mut socket, mut said) = (Socket::new(Carrier::socket(near)), false);
            let once = poll_fn(|cx| Poll::Ready(socket.poll_finish(&mut said, cx))).await;
            assert_eq!((once.is_ready(), said), (has_ended, !has_ended));
        }
    }
}
