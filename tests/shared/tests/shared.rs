//! What is read shares the memory of its message, whoever wrote it, and is written as if it did not.

use std::collections::{BTreeMap, BTreeSet};

use sinew::{Bytes, Ctx, DecodeLimits, Message, PeerShape, Server, SharedStr, Status};
use sinew_shared::idl::cases::shared::notes::KeepError;
use sinew_shared::idl::cases::shared::{
    Author, NextNote, Note, Notes, NotesClient, NotesServer, Part, Title,
};

fn title() -> Title {
    Title::new("On sharing the memory of messages").expect("it is not too long")
}

fn note() -> Note {
    Note {
        title: title(),
        body: Bytes::from_static(&[7; 100]),
        author: Some(Author("Émilie".into())),
        tags: vec!["one".into(), SharedStr::default()],
        attachments: BTreeMap::from([("a.png".into(), Bytes::from_static(b"png"))]),
        readers: BTreeSet::from(["Ada".into(), "Émilie".into()]),
        parts: vec![
            Part::Text(
                "a text of more than sixty-four bytes, which is read in another way than others"
                    .into(),
            ),
            Part::Raw(Bytes::new()),
            Part::File {
                name: "b.txt".into(),
                content: Bytes::from_static(b"content"),
            },
        ],
        language: "fr".into(),
        seal: Bytes::from_static(b"\x03"),
        folder: "archive".into(),
    }
}

fn is_part(message: &Bytes, part: &[u8]) -> bool {
    let (message, part) = (message.as_ptr_range(), part.as_ptr_range());
    message.start <= part.start && part.end <= message.end
}

/// The longest text that is kept in its `SharedStr`, and shares nothing.
const SHORT: usize = 23;

/// All that a note can share, and then the texts that are too short for it.
fn parts(note: &Note) -> (Vec<&[u8]>, Vec<&[u8]>) {
    let mut bytes: Vec<&[u8]> = vec![&note.body, &note.seal];
    let mut texts: Vec<&str> = vec![note.title.as_ref()];
    texts.extend(note.author.iter().map(|author| &*author.0));
    texts.extend(note.tags.iter().map(|tag| &**tag));
    texts.extend(note.readers.iter().map(|reader| &**reader));
    for (name, content) in &note.attachments {
        texts.push(name);
        bytes.push(content);
    }
    for part in &note.parts {
        match part {
            Part::Text(text) => texts.push(text),
            Part::Raw(raw) => bytes.push(raw),
            Part::File { name, content } => {
                texts.push(name);
                bytes.push(content);
            }
            other => panic!("{other:?} was not written"),
        }
    }
    bytes.retain(|bytes| !bytes.is_empty());
    let (short, long): (Vec<&str>, _) = texts.into_iter().partition(|text| text.len() <= SHORT);
    bytes.extend(long.into_iter().map(str::as_bytes));
    (bytes, short.into_iter().map(str::as_bytes).collect())
}

#[test]
fn texts_and_bytes_share_the_message() {
    let bytes = Bytes::from(sinew::encode(&note()).expect("it can be encoded"));
    let back: Note = sinew::decode_shared(&bytes).expect("it can be decoded");
    assert_eq!(back, note());
    let (long, short) = parts(&back);
    assert_eq!((long.len(), short.len()), (6, 7));
    assert!(long.into_iter().all(|part| is_part(&bytes, part)));
    assert!(!short.into_iter().any(|text| is_part(&bytes, text)));
    assert_eq!(sinew::encode(&back).as_deref(), Ok(&bytes[..]));
}

#[test]
fn what_is_read_from_a_slice_is_copied() {
    let bytes = Bytes::from(sinew::encode(&note()).expect("it can be encoded"));
    let back: Note = sinew::decode(&bytes).expect("it can be decoded");
    assert_eq!(back, note());
    let (long, _) = parts(&back);
    assert!(!long.into_iter().any(|part| is_part(&bytes, part)));
}

#[test]
fn nothing_of_a_message_without_content_is_kept() {
    let empty = Note {
        body: Bytes::new(),
        tags: vec![SharedStr::default()],
        ..note()
    };
    let bytes = Bytes::from(sinew::encode(&empty).expect("it can be encoded"));
    let back: Note = sinew::decode_shared(&bytes).expect("it can be decoded");
    let (body, tag) = (back.body, back.tags[0].clone());
    assert!(!bytes.is_unique());
    drop((back.title, back.author, back.attachments, back.readers));
    drop((back.parts, back.language, back.seal));
    assert!(bytes.is_unique());
    assert!(body.is_empty() && tag.is_empty());
}

#[test]
fn another_version_is_shared_too() {
    let next = NextNote {
        title: title(),
        body: Bytes::from_static(b"body"),
        author: Author("Ada".into()),
        tags: vec!["a tag of more than 23 bytes".into()],
        colour: "blue".into(),
    };
    let bytes = Bytes::from(sinew::encode(&next).expect("it can be encoded"));
    let note: Note = sinew::decode_shared(&bytes).expect("it is another version");
    assert_eq!(note.title, next.title);
    assert_eq!(note.author, Some(next.author));
    assert_eq!(note.language, "en");
    assert_eq!(note.seal, b"\x01\x02"[..]);
    assert_eq!(&*note.folder, "inbox");
    for part in [
        note.title.as_ref().as_bytes(),
        &note.body,
        note.tags[0].as_bytes(),
    ] {
        assert!(is_part(&bytes, part));
    }
}

#[test]
fn bodies_are_shared_and_refused_as_others_are() {
    let peer = PeerShape::parse(Note::shape().head()).expect("it is a head");
    let limits = DecodeLimits::default();
    let mut body = Vec::new();
    sinew::encode_body(&note(), &mut body).expect("it can be encoded");
    for at in 0..body.len() {
        for byte in [0, 0xff, body[at] ^ 0x80] {
            let mut mutated = body.clone();
            mutated[at] = byte;
            let mutated = Bytes::from(mutated);
            let shared = peer.decode_shared::<Note>(&mutated, &limits);
            let copied = peer.decode::<Note>(&mutated, &limits);
            assert_eq!(shared, copied);
        }
    }
}

struct Keeper;

impl Notes for Keeper {
    async fn keep(&self, _: Ctx, note: Note) -> Result<Note, KeepError> {
        Ok(note)
    }

    async fn title(&self, _: Ctx, of: SharedStr) -> Result<SharedStr, Status> {
        Ok(of)
    }
}

#[tokio::test]
async fn replies_share_the_memory_that_they_arrived_in() {
    let server = Server::new().add(NotesServer::new(Keeper));
    let listening = server.bind("127.0.0.1:0").await.expect("a port is free");
    let address = listening.local_addr().to_owned();
    tokio::spawn(listening.run());
    let client = NotesClient::connect(address).await.expect("it listens");
    assert_eq!(client.title("of all").await.expect("it answers"), "of all");
    for (size, length) in [(100, 1), (100_000, 3), (3_000_000, 4)] {
        let sent = Note {
            body: vec![7; size].into(),
            ..note()
        };
        let kept = client.keep(sent.clone()).await.expect("it answers");
        assert_eq!(kept, sent);
        // The body stands behind the title and the bytes of its length; copies would be apart.
        let (title, body) = (kept.title.as_ref().as_bytes(), &kept.body);
        assert_eq!(title.as_ptr_range().end.wrapping_add(length), body.as_ptr());
    }
}
