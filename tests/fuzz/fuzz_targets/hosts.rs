//! The target `hosts` under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sinew_fuzz::protocol::HOSTS.run(input);
});
