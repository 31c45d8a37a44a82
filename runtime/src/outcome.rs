//! The contents of a reply: the result or a declared exception. This is a closed union of our own, so a client can
//! never mistake something unknown for a result.

use std::error::Error;

use crate::wire::{
    DecodeError, Decoder, Encoder, Field, Fields, Message, Plan, ReadPayload, Record, Shape, Type,
    Union, UnknownVariant, Variant, Wire, choose, shape_of,
};
use crate::{Code, Status};

/// The errors of a method: an [`ErrorEnum`] for methods that declare some, [`Status`] for the others.
///
/// As a [`Wire`] type it is the union of the declared exceptions.
pub trait MethodError: Wire + From<Status> + Clone {
    /// The status, if it is one; else the declared exception back.
    ///
    /// # Errors
    /// `self`, if it is a declared exception.
    fn into_status(self) -> Result<Status, Self>;
}

/// The enum that is generated for what a method or a stream `throws`. It becomes a [`Status`] by `?`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not become a `Status` by itself",
    label = "say what callers may know: `.map_err(|error| Status::internal(\"it failed\").with_source(error))?`",
    note = "errors of methods with `throws` become one by themselves, and so does a type of yours with an `impl From<..> for Status`"
)]
pub trait ErrorEnum: Wire + From<Status> + Clone + Error {
    /// The status, if it is one; else the declared exception back.
    ///
    /// # Errors
    /// `self`, if it is a declared exception.
    fn into_status(self) -> Result<Status, Self>;
}

impl<E: ErrorEnum> MethodError for E {
    fn into_status(self) -> Result<Status, Self> {
        ErrorEnum::into_status(self)
    }
}

/// For whoever has no use for the exceptions of a method: a status as it is, and an exception as [`Code::Unknown`] with its
/// text, and itself as the source.
///
/// ```
/// # async fn ask<E: sinew::codegen::ErrorEnum>(
/// #     call: impl Future<Output = Result<u32, E>>,
/// # ) -> sinew::Result {
/// let count = call.await?;
/// # Ok(())
/// # }
/// ```
impl<E: ErrorEnum> From<E> for Status {
    fn from(error: E) -> Self {
        match ErrorEnum::into_status(error) {
            Ok(status) => status,
            Err(exception) => Self::unknown(exception.to_string()).with_source(exception),
        }
    }
}

/// The contents of a reply.
#[derive(Debug)]
pub(crate) enum Outcome<T, E> {
    Returned(T),
    Failed(E),
}

const RETURNED: u16 = 1;
const FAILED: u16 = 2;

impl<T: Wire, E: MethodError> Union for Outcome<T, E> {
    const NAME: &'static str = "sinew.Outcome";
    const VARIANTS: &'static [Variant] = &[
        Variant::record(RETURNED, "returned", T::RESULT),
        Variant::new::<E>(FAILED, "failed"),
    ];

    fn choose(&mut self, id: u16) -> bool {
        match id {
            RETURNED => choose(self, || Self::Returned(T::blank())),
            FAILED => choose(self, || Self::Failed(E::blank())),
            _ => false,
        }
    }

    fn read(&mut self, payload: ReadPayload<'_, '_>) -> Result<(), DecodeError> {
        const PLACE: &str = "sinew.Outcome.returned";
        match self {
            Self::Returned(_) if T::RESULT.is_empty() => payload.unit(),
            Self::Returned(value) => {
                payload.fields(PLACE, T::BITS, |fields| fields.fill(value, 1, PLACE))
            }
            Self::Failed(error) => payload.fill(error, "sinew.Outcome.failed"),
        }
    }
}

impl<T: Wire, E: MethodError> Wire for Outcome<T, E> {
    const MIN: u32 = 16;

    crate::__union!();

    fn blank() -> Self {
        Self::Returned(T::blank())
    }

    fn put(&self, out: &mut Encoder) {
        match self {
            Self::Returned(value) => out.variant_with::<Self>(RETURNED, |out| {
                if T::BITS > 0 {
                    out.header(T::BITS, value.bits());
                }
                out.put(value);
            }),
            Self::Failed(error) => out.variant::<Self, E>(FAILED, error),
        }
    }

    fn give(&mut self, out: &mut Encoder) {
        match self {
            Self::Returned(value) => out.variant_with::<Self>(RETURNED, |out| {
                if T::BITS > 0 {
                    out.header(T::BITS, value.bits());
                }
                out.give(value);
            }),
            Self::Failed(_) => self.put(out),
        }
    }
}

impl<T: Wire, E: MethodError> Message for Outcome<T, E> {
    fn shape() -> &'static Shape {
        shape_of::<Self>()
    }
}

/// The result of a method that returns nothing: a struct without fields, so that the schema may later add a result, and
/// remove it again.
impl Record for () {
    const NAME: &'static str = "sinew.Void";
    const FIELDS: &'static [Field] = &[];
    const HEADER: u32 = 0;

    fn read(&mut self, _: &mut Fields<'_, '_, '_>) {}
}

impl Wire for () {
    const MIN: u32 = 8;
    const RESULT: &'static [Field] = &[];

    fn ty() -> Type {
        Type::record::<Self>()
    }

    fn blank() -> Self {}

    fn put(&self, out: &mut Encoder) {
        out.empty();
    }

    fn get_planned(input: &mut Decoder<'_>, plan: &Plan, _: u64) -> Result<Self, DecodeError> {
        input.no_fields(plan)
    }
}

/// No declared exceptions. Those of a newer schema arrive as [`Code::Unknown`].
impl Union for Status {
    const NAME: &'static str = "sinew.Status";
    const VARIANTS: &'static [Variant] = &[];

    fn choose(&mut self, _: u16) -> bool {
        true
    }

    fn read(&mut self, payload: ReadPayload<'_, '_>) -> Result<(), DecodeError> {
        let mut unknown = UnknownVariant::blank();
        payload.keep(&mut unknown)?;
        let id = unknown.id();
        *self = Self::new(
            Code::Unknown,
            format!("the method failed with exception {id}, which this client does not know"),
        );
        Ok(())
    }
}

impl Wire for Status {
    const MIN: u32 = 16;

    crate::__union!();

    fn blank() -> Self {
        Self::new(Code::Unknown, "")
    }

    fn put(&self, out: &mut Encoder) {
        out.refuse("a status is not part of a message");
    }
}

impl MethodError for Status {
    fn into_status(self) -> Result<Status, Self> {
        Ok(self)
    }
}
