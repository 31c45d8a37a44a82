//! Sinew, with the types that its compiler generates from the `.idl` files, as for any user.

use sinew::{Bytes, DecodeLimits, Envelope, Look, Message, PeerShape};

use crate::wire::codec::{Borrowing, Codec, Refusal};
use crate::wire::convert::{convert, each, into, maybe, same};
use crate::wire::datasets as plain;
use crate::wire::report::Kind;
use crate::wire::subject::Subject;

/// The generated types.
#[allow(missing_docs)]
pub mod generated {
    sinew::include_idl!();
}
use generated::{log, mesh, minecraft, mk48, order};

/// Bodies only, as on a connection whose ends have exchanged their shapes.
#[derive(Default)]
pub struct Body {
    out: Vec<u8>,
    peer: Option<PeerShape>,
}

impl Body {
    /// The end of a connection whose peer has announced that it writes `W`.
    fn from_writer<W: Message>() -> Result<Self, Refusal> {
        Ok(Self {
            out: Vec::new(),
            peer: Some(PeerShape::parse(W::shape().head())?),
        })
    }
}

/// A clone may be for another type, so it starts without state.
impl Clone for Body {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T: Message> Codec<T> for Body {
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.out.clear();
        sinew::encode_body(value, &mut self.out).expect("the datasets are within the limits");
        &self.out
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        let peer = match &mut self.peer {
            Some(peer) => peer,
            none => none.insert(PeerShape::parse(T::shape().head())?),
        };
        Ok(peer.decode(input, &DecodeLimits::default())?)
    }
}

impl<T: Message + Look> Borrowing<T> for Body {
    fn look(&mut self, input: &Vec<u8>) -> Result<(), Refusal> {
        let peer = match &mut self.peer {
            Some(peer) => peer,
            none => none.insert(PeerShape::parse(T::shape().head())?),
        };
        std::hint::black_box(peer.view::<T>(input, &DecodeLimits::default())?);
        Ok(())
    }
}

/// Bodies whose strings and bytes are not copied when decoded.
#[derive(Clone, Default)]
struct SharedBody(Body);

impl<T: Message> Codec<T> for SharedBody {
    type Input = Bytes;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0.encode(value)
    }

    fn decode(&mut self, input: &Bytes) -> Result<T, Refusal> {
        let peer = match &mut self.0.peer {
            Some(peer) => peer,
            none => none.insert(PeerShape::parse(T::shape().head())?),
        };
        Ok(peer.decode_shared(input, &DecodeLimits::default())?)
    }
}

/// The values as a type `T` whose strings and bytes share the memory of their message.
pub fn sharing<T: Message + PartialEq + 'static>(
    values: &[impl Message],
) -> Result<Subject<'static>, Refusal> {
    let (mut writer, mut reader) = (Body::default(), SharedBody::default());
    let messages = values
        .iter()
        .map(|value| Bytes::copy_from_slice(writer.encode(value)));
    let values: Result<Vec<T>, Refusal> = messages.map(|message| reader.decode(&message)).collect();
    let codec = SharedBody::default();
    Subject::new("Sinew, shared texts and bytes", Kind::Sinew, codec, values?)
}

/// Bodies from a peer with a later version of the schema, which are decoded with a plan. `W` is the peer's type;
/// `forget` removes from a value what that version no longer has.
pub fn another_version<W: Message, T: Message + PartialEq + 'static>(
    mut values: Vec<T>,
    forget: fn(&mut T),
) -> Result<Subject<'static>, Refusal> {
    let (mut older, mut later) = (Body::from_writer::<T>()?, Body::default());
    let mut messages = Vec::new();
    for value in &values {
        let message = older.encode(value).to_vec();
        let value: W = older.decode(&message)?;
        messages.push(later.encode(&value).to_vec());
    }
    values.iter_mut().for_each(forget);
    let codec = Body::from_writer::<W>()?;
    Subject::reading(
        "Sinew, another version",
        Kind::Sinew,
        codec,
        messages,
        &values,
    )
}

/// Self-contained messages, which include their shape.
#[derive(Clone, Default)]
pub struct SelfContained(Vec<u8>);

impl<T: Message> Codec<T> for SelfContained {
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0 = sinew::encode(value).expect("the datasets are within the limits");
        &self.0
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(sinew::decode(input)?)
    }
}

impl<T: Message + Look> Borrowing<T> for SelfContained {
    fn look(&mut self, input: &Vec<u8>) -> Result<(), Refusal> {
        std::hint::black_box(Envelope::new(input).view::<T>()?);
        Ok(())
    }
}

convert! {
    plain::log::Address => log::Address { x0: same, x1: same, x2: same, x3: same }
    plain::log::Log => log::Log {
        address: into, identity: same, userid: same, date: same, request: same, code: same, size: same,
    }
    plain::log::Logs => log::Logs { logs: each }

    plain::mesh::Vector3 => mesh::Vector3 { x: same, y: same, z: same }
    plain::mesh::Triangle => mesh::Triangle { v0: into, v1: into, v2: into, normal: into }
    plain::mesh::Mesh => mesh::Mesh { triangles: each }
}

impl From<&plain::minecraft::GameType> for minecraft::GameType {
    fn from(plain: &plain::minecraft::GameType) -> Self {
        Self::from(*plain as u32)
    }
}

impl From<&(f64, f64, f64)> for minecraft::Vector3d {
    fn from(&(x, y, z): &(f64, f64, f64)) -> Self {
        Self { x, y, z }
    }
}

impl From<&(f32, f32)> for minecraft::Vector2f {
    fn from(&(x, y): &(f32, f32)) -> Self {
        Self { x, y }
    }
}

fn uuid(words: &[u32; 4]) -> sinew::Uuid {
    let mut bytes = [0; 16];
    for (bytes, word) in bytes.chunks_exact_mut(4).zip(words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    sinew::Uuid::from_bytes(bytes)
}

convert! {
    plain::minecraft::Item => minecraft::Item { count: same, slot: same, id: same }
    plain::minecraft::Abilities => minecraft::Abilities {
        walk_speed: same, fly_speed: same, may_fly: same, flying: same, invulnerable: same, may_build: same,
        instabuild: same,
    }
    plain::minecraft::Entity => minecraft::Entity {
        id: same, pos: into, motion: into, rotation: into, fall_distance: same, fire: same, air: same,
        on_ground: same, no_gravity: same, invulnerable: same, portal_cooldown: same, uuid: uuid, custom_name: same,
        custom_name_visible: same, silent: same, glowing: same,
    }
    plain::minecraft::RecipeBook => minecraft::RecipeBook {
        recipes: same, to_be_displayed: same, is_filtering_craftable: same, is_gui_open: same,
        is_furnace_filtering_craftable: same, is_furnace_gui_open: same,
        is_blasting_furnace_filtering_craftable: same, is_blasting_furnace_gui_open: same,
        is_smoker_filtering_craftable: same, is_smoker_gui_open: same,
    }
    plain::minecraft::Vehicle => minecraft::Vehicle { uuid: uuid, entity: into }
    plain::minecraft::Player => minecraft::Player {
        game_type: into, previous_game_type: into, score: same, dimension: same, selected_item_slot: same,
        selected_item: into, spawn_dimension: same, spawn_x: same, spawn_y: same, spawn_z: same, spawn_forced: same,
        sleep_timer: same, food_exhaustion_level: same, food_saturation_level: same, food_tick_timer: same,
        xp_level: same, xp_p: same, xp_total: same, xp_seed: same, inventory: each, ender_items: each,
        abilities: into, entered_nether_position: maybe, root_vehicle: maybe, shoulder_entity_left: maybe,
        shoulder_entity_right: maybe, seen_credits: same, recipe_book: into,
    }
    plain::minecraft::Players => minecraft::Players { players: each }
}

impl From<&plain::mk48::EntityType> for mk48::EntityType {
    fn from(plain: &plain::mk48::EntityType) -> Self {
        Self::from(*plain as u32)
    }
}

impl From<&(f32, f32)> for mk48::Vector2f {
    fn from(&(x, y): &(f32, f32)) -> Self {
        Self { x, y }
    }
}

impl From<&(i8, i8)> for mk48::ChunkId {
    fn from(&(x, y): &(i8, i8)) -> Self {
        Self { x, y }
    }
}

fn bytes<B: From<Vec<u8>>>(plain: &[u8]) -> B {
    plain.to_vec().into()
}

convert! {
    plain::mk48::Transform => mk48::Transform { altitude: same, angle: same, position: into, velocity: same }
    plain::mk48::Guidance => mk48::Guidance { angle: same, submerge: same, velocity: same }
    plain::mk48::Contact => mk48::Contact {
        damage: same, entity_id: same, entity_type: maybe, guidance: into, player_id: same, reloads: same,
        transform: into, turret_angles: same,
    }
    plain::mk48::TerrainUpdate => mk48::TerrainUpdate { chunk_id: into, data: bytes }
    plain::mk48::Update => mk48::Update { contacts: each, score: same, world_radius: same, terrain_updates: each }
    plain::mk48::Updates => mk48::Updates { updates: each }
}

impl From<&plain::order::Currency> for order::Currency {
    fn from(plain: &plain::order::Currency) -> Self {
        Self::from(*plain as u32)
    }
}

convert! {
    plain::order::LineItem => order::LineItem {
        sku: same, title: same, quantity: same, unit_price_cents: same, discount_pct: same,
    }
    plain::order::PostalAddress => order::PostalAddress { name: same, street: same, city: same, zip: same, country: same }
    plain::order::Order => order::Order {
        request_id: same, customer_id: same, created_at_ms: same, currency: into, items: each, shipping: into,
        coupon: same, note: same, gift: same, attributes: same, total_cents: same,
    }
}
