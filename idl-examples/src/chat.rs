//! `chat`: streams both ways, and several clients at once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sinew::{Ctx, Rx, Server, Status, Tx};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::idl::chat::room::JoinError;
use crate::idl::chat::{Event, NameTaken, Room, RoomClient, RoomServer};

/// Events kept for guests who read slowly.
const REMEMBERED: usize = 256;

/// A room, and who is in it.
#[derive(Clone, Debug)]
pub struct Lounge {
    guests: Arc<Mutex<BTreeSet<String>>>,
    events: broadcast::Sender<Event>,
}

impl Lounge {
    fn new() -> Self {
        Self {
            guests: Arc::default(),
            events: broadcast::Sender::new(REMEMBERED),
        }
    }

    /// Lets a guest in. From then on the guest receives all events.
    fn enter(&self, name: String) -> Result<(Guest, broadcast::Receiver<Event>), NameTaken> {
        if !self.list().insert(name.clone()) {
            return Err(NameTaken::new(name));
        }
        let heard = self.events.subscribe();
        self.tell(Event::Joined(name.clone()));
        let lounge = self.clone();
        Ok((Guest { lounge, name }, heard))
    }

    fn tell(&self, event: Event) {
        // It is fine if nobody listens.
        let _ = self.events.send(event);
    }

    fn list(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody in the room. Leaves when this is dropped, however the handler ends.
struct Guest {
    lounge: Lounge,
    name: String,
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.lounge.list().remove(&self.name);
        self.lounge.tell(Event::Left(self.name.clone()));
    }
}

impl Room for Lounge {
    async fn join(
        &self,
        cx: Ctx,
        name: String,
        mut lines: Rx<String>,
        mut output: Tx<Event>,
    ) -> Result<(), JoinError> {
        let (guest, mut heard) = self.enter(name)?;
        loop {
            let event = tokio::select! {
                line = lines.recv() => match line? {
                    Some(text) => {
                        let guest = guest.name.clone();
                        self.tell(Event::Said { guest, text });
                        continue;
                    }
                    None => return Ok(()),
                },
                event = heard.recv() => event,
                () = cx.draining() => return Ok(()),
            };
            output
                .send(match event {
                    Ok(event) => event,
                    Err(RecvError::Lagged(missed)) => Event::Missed(missed),
                    Err(RecvError::Closed) => return Ok(()),
                })
                .await?;
        }
    }

    async fn guests(&self, _cx: Ctx) -> Result<Vec<String>, Status> {
        Ok(self.list().iter().cloned().collect())
    }
}

/// A server that answers `chat.Room`.
pub fn server() -> Server {
    Server::new().add(RoomServer::new(Lounge::new()))
}

/// Three guests talk through the server at `address`, each on a connection of its own.
///
/// # Errors
/// The status of the call that failed.
pub async fn client(address: String) -> Result<(), Status> {
    let mut ada = Seat::take(&address, "Ada").await?;
    let mut bob = Seat::take(&address, "Bob").await?;
    ada.hear().await?;
    if let Err(error) = Seat::take(&address, "Ada").await {
        println!("client: a second Ada is refused: {}", error.message());
    }

    ada.say("hello everybody").await?;
    ada.hear().await?;
    bob.hear().await?;
    bob.say("hello Ada").await?;
    ada.hear().await?;
    bob.hear().await?;

    let room = RoomClient::connect(&address).await?;
    println!("client: in the room: {}", room.guests().await?.join(", "));
    ada.leave().await?;
    bob.hear().await?;
    bob.leave().await
}

/// A guest's end of the call.
struct Seat {
    name: &'static str,
    lines: Tx<String>,
    events: Rx<Event, JoinError>,
}

impl Seat {
    async fn take(address: &str, name: &'static str) -> Result<Self, Status> {
        let room = RoomClient::connect(address).await?;
        let (lines, events) = room.join(name).await?;
        let mut seat = Self {
            name,
            lines,
            events,
        };
        seat.hear().await?;
        Ok(seat)
    }

    async fn say(&mut self, text: &str) -> Result<(), Status> {
        self.lines.send(text.to_owned()).await
    }

    /// Waits for the next event and prints it.
    async fn hear(&mut self) -> Result<(), Status> {
        let event = self.events.recv().await?;
        let text = match event {
            Some(Event::Joined(guest)) => format!("{guest} joins"),
            Some(Event::Said { guest, text }) => format!("{guest}: {text}"),
            Some(Event::Left(guest)) => format!("{guest} leaves"),
            Some(Event::Missed(count)) => format!("({count} events were missed)"),
            Some(other) => format!("{other:?}"),
            None => "the end".to_owned(),
        };
        println!("client: {} hears: {text}", self.name);
        Ok(())
    }

    /// Ends the guest's stream, and waits for the end of the call.
    async fn leave(mut self) -> Result<(), Status> {
        self.lines.finish();
        while let Some(_event) = self.events.recv().await? {}
        println!("client: {} has left", self.name);
        Ok(())
    }
}
