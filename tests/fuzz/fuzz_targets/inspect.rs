//! The target `inspect` under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sinew_fuzz::wire::INSPECT.run(input);
});
