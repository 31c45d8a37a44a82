//! Runtime of Sinew: what generated code and its users need at run time.

mod include;
