//! Conversions from the plain types of the datasets to a peer's generated ones, field by field.

/// `convert! { plain::Item => Item { count: cast, slot: cast, id: clone } }`: every field by the function that it names.
macro_rules! convert {
    ($($from:path => $to:path { $($field:ident: $how:expr),* $(,)? })*) => {$(
        impl From<&$from> for $to {
            fn from(plain: &$from) -> Self {
                Self { $($field: ($how)(&plain.$field),)* }
            }
        }
    )*};
}
pub(crate) use convert;

/// The same value, in the peer's type.
pub fn into<'a, A, B: From<&'a A>>(value: &'a A) -> B {
    value.into()
}

/// A number of a wider type.
pub fn widen<A: Copy, B: From<A>>(value: &A) -> B {
    (*value).into()
}

/// A copy.
pub fn same<A: Clone>(value: &A) -> A {
    value.clone()
}

/// The same elements, in the peer's type.
pub fn each<'a, A, B: From<&'a A>>(values: &'a [A]) -> Vec<B> {
    values.iter().map(Into::into).collect()
}

/// The same value in the peer's type, if there is one.
pub fn maybe<'a, A, B: From<&'a A>>(value: &'a Option<A>) -> Option<B> {
    value.as_ref().map(Into::into)
}

/// A value that the peer cannot require.
pub fn some<'a, A, B: From<&'a A>>(value: &'a A) -> Option<B> {
    Some(value.into())
}
