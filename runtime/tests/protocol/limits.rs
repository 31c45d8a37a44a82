//! The limits that the state machine keeps.
