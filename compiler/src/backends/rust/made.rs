//! Tokens that are made where they are wanted: `quote!` copies a stream that it is given, token by token.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// What the function makes, each time that it is interpolated.
pub(super) struct Made<F>(pub(super) F);

impl<F: Fn() -> TokenStream> ToTokens for Made<F> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([(self.0)()]);
    }

    fn into_token_stream(self) -> TokenStream {
        (self.0)()
    }
}
