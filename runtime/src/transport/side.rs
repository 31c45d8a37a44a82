//! One role of a connection, as its driver sees it: what it wants to read, and how it ends a turn.

use std::ops::{Deref, DerefMut};
use std::sync::MutexGuard;
use std::task::Context;
use std::time::Duration;

use super::link::State;
use crate::body::Arrived;
use crate::protocol::{Connection, Output};

/// A frame of so many bytes is taken out of the input as a whole: what it carries shares its memory. What a smaller one
/// carries is copied, so that it does not hold on to the rest of a read.
const LARGE: usize = 16 << 10;

/// One role of a connection, as its driver sees it. Times count from the start of the driver.
pub(super) trait Side: Send {
    /// The state machine.
    fn core(&mut self) -> Core<'_>;

    /// Takes at most `budget` events off `input`, and less from it if there are more. From here on nobody needs to wake
    /// the driver.
    fn receive(&mut self, input: &mut Arrived<'_>, budget: &mut usize, now: Duration) -> Wants;

    /// Acts on everything but input, and on times if some may be `due`: once in a turn, when all is read.
    fn advance(&mut self, due: bool, now: Duration, cx: &mut Context<'_>);

    /// Takes note that so much of the output was written. If `output` is empty then, moves what there is to send there,
    /// as far as it is its turn; if there is nothing, ends the turn as [`Self::park`] does.
    fn send(
        &mut self,
        written: usize,
        output: &mut Output,
        now: Duration,
        cx: &mut Context<'_>,
    ) -> Option<Park>;

    /// Ends a turn: whoever brings work wakes `cx`. If the transport is `full`, it wakes `cx` too, and what there is to send
    /// is no work until then.
    fn park(&mut self, full: bool, cx: &mut Context<'_>) -> Park;

    /// Whether something is likely to come soon.
    fn expects(&mut self) -> bool {
        true
    }

    /// The connection is over; nothing comes any more.
    fn over(&mut self);
}

/// A side's state machine: its own, or one that it shares with callers.
pub(super) enum Core<'a> {
    Own(&'a mut Connection),
    Shared(MutexGuard<'a, State>),
}

impl Deref for Core<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Self::Own(core) => core,
            Self::Shared(state) => &state.core,
        }
    }
}

impl DerefMut for Core<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        match self {
            Self::Own(core) => core,
            Self::Shared(state) => &mut state.core,
        }
    }
}

/// What a side wants to read.
pub(super) enum Wants {
    /// More, and so much of it for the frame at hand, if it is large.
    More { missing: usize },
    /// The large frame at hand, of so many bytes, apart from the rest.
    Apart(usize),
    /// What was unpacked, before anything else.
    Unpacked,
    /// Nothing for now.
    Less,
    /// Nothing ever again.
    Nothing,
}

impl Wants {
    /// What a connection wants that has left `rest` of the input.
    pub(super) fn of(core: &Connection, rest: &Arrived<'_>) -> Self {
        if core.closed().is_some() {
            return Self::Nothing;
        }
        if core.has_unpacked() {
            return Self::Unpacked;
        }
        if !core.wants_input() {
            return Self::Less;
        }
        if let Some(size) = large_frame(core, rest) {
            return Self::Apart(size);
        }
        let size = core.frame_size(rest.bytes).filter(|size| *size >= LARGE);
        Self::More {
            missing: size.map_or(0, |size| size - rest.bytes.len()),
        }
    }
}

/// The size of the frame at the front of `input` if it is large, all there, and not taken apart yet.
pub(super) fn large_frame(core: &Connection, input: &Arrived<'_>) -> Option<usize> {
    if input.bytes.len() < LARGE || input.source.is_some() {
        return None;
    }
    core.frame_size(input.bytes)
        .filter(|size| (LARGE..=input.bytes.len()).contains(size))
}

/// How a turn has ended.
pub(super) enum Park {
    /// Nothing is to be done until something happens, or until this time.
    Until(Option<Duration>),
    /// There is work already.
    Work,
    /// The connection has ended. What is left of it is still to be written, until this time.
    Ending(Option<Duration>),
    /// The connection is over, and all is written.
    Over,
}
