//! What nests as deep as it may takes little of the stack, however large its values are in place; so does what is as large in place as it may be.

use std::thread;

use sinew::Message;
use sinew_promises::idl::wide::{Wide, WideLater, Widest, WidestLater};

/// As deep as values of a message may nest.
const DEPTH: usize = 60;
/// What a thread has at least on the tightest platform.
const STACK: usize = 512 * 1024;
/// What threads of Rust have, if nobody says otherwise.
const USUAL_STACK: usize = 2 * 1024 * 1024;

#[test]
fn large_values_nest_as_deep_as_small_ones() {
    let leaf = || WideLater::new(Vec::new());
    let chain = (0..DEPTH).fold(leaf(), |inner, _| WideLater {
        next: Some(Box::new(inner)),
        ..leaf()
    });
    let lists = (0..DEPTH).fold(leaf(), |inner, _| WideLater::new(vec![inner]));
    for value in [chain, lists] {
        let bytes = sinew::encode(&value).expect("it is not too deep");
        assert!(bytes.len() < 1024, "absent bytes take none");
        read::<WideLater>(bytes.clone(), STACK);
        read::<Wide>(bytes, STACK);
    }
}

#[test]
fn a_value_that_takes_as_much_in_place_as_it_may_is_read() {
    let value = WidestLater::new([7; 65_536], "later");
    let bytes = sinew::encode(&value).expect("it is not too deep");
    read::<WidestLater>(bytes.clone(), USUAL_STACK);
    read::<Widest>(bytes, USUAL_STACK);
}

fn read<T: Message>(bytes: Vec<u8>, stack: usize) {
    let thread = thread::Builder::new().stack_size(stack);
    let reads = move || sinew::decode::<T>(&bytes).is_ok();
    let thread = thread.spawn(reads).expect("the system has threads");
    assert!(thread.join().expect("nothing panics there"));
}
