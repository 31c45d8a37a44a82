//! Methods whose handlers own their requests.

use std::marker::PhantomData;

use super::unary::Way;
use crate::body::{Arrived, Written};
use crate::outcome::{MethodError, Outcome};
use crate::service::{bad_request, outcome};
use crate::wire::{Message, Wire};
use crate::{Call, Ctx, Method, Result};

/// The handler gets the request as a value.
pub(super) struct Owned<Req, T, E>(PhantomData<(Req, T, E)>);

impl<Req: Message, T: Wire, E: MethodError> Way for Owned<Req, T, E> {
    type Request = Req;
    type Answer = Result<T, E>;
    type Value = T;
    type Error = E;
    type Memory = ();

    #[inline]
    fn called(method: &'static Method, call: Call) -> Result<(Ctx, Req)> {
        call.decode(method)
    }

    #[inline]
    fn arrived(
        method: &'static Method,
        shape: &Written,
        request: Arrived<'_>,
        (): &mut (),
    ) -> Result<Req> {
        shape
            .decode(method.request_shape(), request)
            .map_err(|error| bad_request(method, error.into()))
    }

    #[inline]
    fn answered(answer: Result<T, E>, (): &mut ()) -> Result<Outcome<T, E>> {
        outcome(answer)
    }
}
