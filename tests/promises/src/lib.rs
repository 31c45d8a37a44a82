//! What Sinew promises, put to the test: the parts of the command, and what its suites share.

pub mod dice;
pub mod differential;
pub mod evolution;
pub mod explained;
pub mod fill;
pub mod heads;
pub mod hostile;
pub mod large;
pub mod linear;
pub mod memory;
pub mod mutate;
pub mod promise;
pub mod random;
pub mod rpc;
pub mod shown;
pub mod subject;
pub mod vectors;
pub mod wire;

/// The types of `tests/wire/schema.idl` and `tests/evolution`, and the services of `idl/trial.idl`.
#[allow(missing_docs, reason = "the schemas say what they are")]
pub mod idl {
    sinew::include_idl!();
}
