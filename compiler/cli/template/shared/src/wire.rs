//! What was written once, to a file or a queue, must be readable ever after.

use sinew::Bytes;

use crate::hello::Person;

/// A message as each version of the schema has written it, the newest last. Never change one; when a version writes
/// another, put that behind them.
const WRITTEN: [&[u8]; 1] = [b"\x06\x83\xc3\0\x01\x06Ada\x04Dr"];

fn ada() -> Person {
    Person {
        title: Some("Dr".to_owned()),
        ..Person::new("Ada")
    }
}

#[test]
fn the_newest_message_is_what_is_written_now() {
    let written = sinew::encode(&ada()).expect("it is within all limits");
    let [.., newest] = WRITTEN;
    assert_eq!(Bytes::from(written), Bytes::from_static(newest));
}

#[test]
fn messages_of_all_versions_are_read() {
    for message in WRITTEN {
        let person: Person = sinew::decode(message).expect("it was written by one of us");
        assert_eq!(person, ada());
    }
}
