#![forbid(unsafe_code)]
#![deny(warnings)]

use std::sync::Mutex;

use sinew::{Ctx, Server, Status};

sinew::include_idl!();

use notes::notes::GetError;
use notes::{NoSuchNote, Note, Notes, NotesClient, NotesServer};
use people::Person;

#[derive(Default)]
struct Board(Mutex<Vec<Note>>);

impl Notes for Board {
    async fn add(&self, _cx: Ctx, note: Note) -> Result<u32, Status> {
        let mut notes = self.0.lock().expect("no method panics");
        notes.push(note);
        Ok(notes.len() as u32)
    }

    async fn get(&self, _cx: Ctx, id: u32) -> Result<Note, GetError> {
        let notes = self.0.lock().expect("no method panics");
        let index = (id as usize).wrapping_sub(1);
        Ok(notes.get(index).cloned().ok_or(NoSuchNote { id })?)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::new().add(NotesServer::new(Board::default()));
    let listening = server.bind("127.0.0.1:0").await?;
    let address = listening.local_addr().to_string();
    tokio::spawn(listening.run());

    let notes = NotesClient::connect(address).await?;
    let id = notes.add(Note::new(Person::new("Ada"), "it works")).await?;
    let note = notes.get(id).await?;
    println!("{} wrote: {}", note.author.name, note.text);
    match notes.get(7).await {
        Err(GetError::NoSuchNote(error)) => println!("{error}"),
        other => println!("unexpected: {other:?}"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notes::NotesMock;

    #[tokio::test]
    async fn a_mock_answers() {
        let mock = NotesMock::new();
        mock.add.once(|_| Ok(7));
        let notes = NotesClient::new(NotesServer::new(mock.clone()));
        let note = Note::new(Person::new("Ada"), "it works");
        assert_eq!(notes.add(note).await.expect("there is an answer"), 7);
        mock.verify();
    }
}
