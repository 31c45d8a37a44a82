//! What nests as deep as it may takes little of the stack, however large its values are in place; so does what is as large in place as it may be.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::thread;

use sinew::{Envelope, Look, Message};
use sinew_promises::idl::wide::{
    Block, BlockLater, Branch, Failure, FailureLater, Node, NodeLater, Tree, TreeLater, TreesLater,
    Trunk, TrunkLater, Wide, WideLater, Widest, WidestLater,
};

/// As deep as values of a message may nest.
const DEPTH: usize = 60;
/// What a thread has at least on the tightest platform.
const STACK: usize = 512 * 1024;
/// What threads of Rust have, if nobody says otherwise.
const USUAL_STACK: usize = 2 * 1024 * 1024;

#[test]
fn large_structs_nest_as_deep_as_small_ones() {
    let leaf = || WideLater::new(Vec::new());
    let chain = nested(leaf(), |inner| WideLater {
        next: Some(Box::new(inner)),
        ..leaf()
    });
    let lists = nested(leaf(), |inner| WideLater::new(vec![inner]));
    hold::<WideLater, Wide>([chain, lists]);
}

#[test]
fn large_unions_nest_as_deep_as_small_ones() {
    let leaf = || TreeLater::List(Vec::new());
    let entry = |inner| BTreeMap::from([(String::new(), inner)]);
    hold::<TreeLater, Tree>([
        nested(leaf(), |inner| TreeLater::Inner(Box::new(inner))),
        nested(leaf(), |inner| TreeLater::List(vec![inner])),
        nested(leaf(), |inner| TreeLater::Map(entry(inner))),
        nested(leaf(), |inner| TreeLater::Named(TreesLater(vec![inner]))),
        nested(leaf(), |inner| TreeLater::Both {
            next: Some(Box::new(inner)),
            bytes: None,
            name: None,
        }),
    ]);
    let alternating = (0..DEPTH / 2).fold(leaf(), |inner, _| {
        TreeLater::Trunk(Box::new(TrunkLater {
            tree: Some(inner),
            ..TrunkLater::default()
        }))
    });
    hold::<TreeLater, Tree>([alternating]);
    let lists = nested(leaf(), |inner| TreeLater::List(vec![inner]));
    hold::<FailureLater, Failure>([FailureLater::new(lists)]);
}

#[test]
fn unions_of_many_variants_nest_as_deep_as_others() {
    let nodes = nested(NodeLater::Later, |inner| NodeLater::Nodes(vec![inner]));
    hold::<NodeLater, Node>([nodes]);
}

#[test]
fn what_is_looked_at_nests_as_deep() {
    let chain = nested(TrunkLater::default(), |inner| TrunkLater {
        next: Some(Box::new(inner)),
        ..TrunkLater::default()
    });
    let bytes = sinew::encode(&chain).expect("it is not too deep");
    look::<TrunkLater>(bytes.clone());
    look::<Trunk>(bytes);
    hold::<TrunkLater, Trunk>([chain]);
}

#[test]
fn large_arguments_nest_as_deep_as_small_ones() {
    let leaf = Branch::Twigs(Vec::new());
    let twigs = nested(leaf, |inner| Branch::Twigs(vec![inner]));
    let bytes = sinew::encode::<Branch<BlockLater>>(&twigs).expect("it is not too deep");
    read::<Branch<BlockLater>>(bytes.clone(), STACK);
    read::<Branch<Block>>(bytes, STACK);
}

#[test]
fn a_value_that_takes_as_much_in_place_as_it_may_is_read() {
    let value = WidestLater::new([7; 65_536], "later");
    let bytes = sinew::encode(&value).expect("it is not too deep");
    read::<WidestLater>(bytes.clone(), USUAL_STACK);
    read::<Widest>(bytes, USUAL_STACK);
}

/// A value of as many levels as it may have.
fn nested<T>(leaf: T, level: impl Fn(T) -> T) -> T {
    (0..DEPTH).fold(leaf, |inner, _| level(inner))
}

/// Does what values are there for, and reads them as an earlier version.
fn hold<Later, Earlier>(values: impl IntoIterator<Item = Later>)
where
    Later: Message + Clone + PartialEq + Debug,
    Earlier: Message,
{
    for value in values {
        let bytes = on_stack(STACK, move || {
            let bytes = sinew::encode(&value).expect("it is not too deep");
            let back: Later = sinew::decode(&bytes).expect("it was written so");
            assert!(back.clone() == value);
            assert!(!format!("{back:?}").is_empty());
            bytes
        });
        assert!(bytes.len() < 1024, "absent bytes take none");
        read::<Earlier>(bytes, STACK);
    }
}

fn read<T: Message>(bytes: Vec<u8>, stack: usize) {
    assert!(on_stack(stack, move || sinew::decode::<T>(&bytes).is_ok()));
}

fn look<T: Message + Look>(bytes: Vec<u8>) {
    let looks = move || Envelope::new(&bytes).view::<T>().is_ok();
    assert!(on_stack(STACK, looks));
}

fn on_stack<T: Send + 'static>(size: usize, act: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = thread::Builder::new().stack_size(size).spawn(act);
    let thread = thread.expect("the system has threads");
    thread.join().expect("nothing panics there")
}
