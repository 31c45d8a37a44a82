//! The target `server` under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sinew_fuzz::protocol::SERVER.run(input);
});
