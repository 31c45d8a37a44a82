//! The concrete syntax of the Sinew interface definition language, and nothing else.
