//! The target `grammar` under libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sinew_fuzz::compiler::GRAMMAR.run(input);
});
