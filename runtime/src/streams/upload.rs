//! A call whose client sends a stream and gets one answer.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;

use super::answer::Answer;
use super::tx::Tx;
use crate::outcome::MethodError;
use crate::unary;
use crate::wire::Wire;
use crate::{Method, Result, Status};

/// Sends a stream and gets the answer at its end. Dropping it before that cancels the call.
pub struct Upload<T, R, E = Status> {
    tx: Tx<T>,
    answer: Answer,
    /// The answer, if it came before the end.
    early: Option<Result<R, E>>,
    method: &'static Method,
    result: PhantomData<fn() -> (R, E)>,
}

impl<T: Wire, R: Wire, E: MethodError> Upload<T, R, E> {
    pub(super) fn new(tx: Tx<T>, answer: Answer, method: &'static Method) -> Self {
        Self {
            tx,
            answer,
            early: None,
            method,
            result: PhantomData,
        }
    }

    /// Sends a message once there is room for it on this side.
    ///
    /// # Errors
    /// Why the call has failed, or why this message cannot be sent: see [`Tx::send`]. When the server has answered
    /// without waiting for the end, [`Code::Aborted`](crate::Code::Aborted), and [`Self::finish`] gives its answer.
    pub async fn send(&mut self, message: T) -> Result<(), E> {
        let refused = match self.tx.send(message).await {
            Ok(()) => return Ok(()),
            Err(status) => status,
        };
        if !self.tx.is_over() || self.early.is_some() {
            return Err(E::from(refused));
        }
        match self.answer().await {
            Err(error) => {
                self.early = Some(Err(E::from(refused)));
                Err(error)
            }
            Ok(answer) => {
                self.early = Some(Ok(answer));
                Err(E::from(refused))
            }
        }
    }

    /// Says that this was all, and waits for the answer.
    ///
    /// # Errors
    /// Why the call has failed.
    pub async fn finish(mut self) -> Result<R, E> {
        if let Some(early) = self.early.take() {
            return early;
        }
        self.tx.end();
        self.answer().await
    }

    async fn answer(&mut self) -> Result<R, E> {
        let reply = poll_fn(|cx| self.answer.poll(cx)).await;
        unary::finish(self.method, reply)
    }
}

impl<T, R, E> fmt::Debug for Upload<T, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Upload").field(&self.method).finish()
    }
}
