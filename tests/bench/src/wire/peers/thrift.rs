//! Apache Thrift's compact protocol, with the structs that `thrift --gen rs` generates (the folder `thrift/generated` beside this file).

use thrift::OrderedFloat;
use thrift::protocol::{
    TBinaryOutputProtocol, TCompactInputProtocol, TCompactOutputProtocol, TOutputProtocol,
    TSerializable,
};

use crate::wire::codec::{Codec, Refusal};
use crate::wire::convert::{convert, each, into, maybe, same};
use crate::wire::datasets as plain;

/// The generated structs.
#[allow(missing_docs, warnings, clippy::all)]
pub mod generated {
    pub mod log;
    pub mod mesh;
    pub mod minecraft;
    pub mod mk48;
    pub mod order;
}
use generated::{log, mesh, minecraft, mk48, order};

/// Writes into a reused vector.
#[derive(Clone, Default)]
pub struct Compact(Vec<u8>);

impl<T: TSerializable> Codec<T> for Compact {
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0.clear();
        let mut protocol = TCompactOutputProtocol::new(&mut self.0);
        value
            .write_to_out_protocol(&mut protocol)
            .expect("a vector takes every byte");
        protocol.flush().expect("a vector takes every byte");
        &self.0
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(T::read_from_in_protocol(&mut TCompactInputProtocol::new(
            input.as_slice(),
        ))?)
    }
}

/// The value in Thrift's binary protocol, for peers that create their values from it.
pub fn binary<T: TSerializable>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value
        .write_to_out_protocol(&mut TBinaryOutputProtocol::new(&mut out, true))
        .expect("a vector takes every byte");
    out
}

/// The same bits in the signed type of the same width: Thrift has no unsigned integers.
macro_rules! signed {
    ($($name:ident: $from:ty => $to:ty),*) => {$(
        fn $name(value: &$from) -> $to {
            value.cast_signed()
        }
    )*};
}
signed!(signed8: u8 => i8, signed16: u16 => i16, signed32: u32 => i32, signed64: u64 => i64);

fn double(value: &f32) -> OrderedFloat<f64> {
    OrderedFloat(f64::from(*value))
}

fn signed_list(values: &[u16]) -> Vec<i16> {
    values.iter().map(signed16).collect()
}

convert! {
    plain::log::Address => log::Address { x0: signed8, x1: signed8, x2: signed8, x3: signed8 }
    plain::log::Log => log::Log {
        address: into, identity: same, userid: same, date: same, request: same, code: signed16, size: signed64,
    }
    plain::log::Logs => log::Logs { logs: each }

    plain::mesh::Vector3 => mesh::Vector3 { x: double, y: double, z: double }
    plain::mesh::Triangle => mesh::Triangle { v0: into, v1: into, v2: into, normal: into }
    plain::mesh::Mesh => mesh::Mesh { triangles: each }
}

impl From<&plain::minecraft::GameType> for minecraft::GameType {
    fn from(plain: &plain::minecraft::GameType) -> Self {
        Self(*plain as i32)
    }
}

impl From<&(f64, f64, f64)> for minecraft::Vector3d {
    fn from(&(x, y, z): &(f64, f64, f64)) -> Self {
        Self {
            x: x.into(),
            y: y.into(),
            z: z.into(),
        }
    }
}

impl From<&(f32, f32)> for minecraft::Vector2f {
    fn from((x, y): &(f32, f32)) -> Self {
        Self {
            x: double(x),
            y: double(y),
        }
    }
}

impl From<&[u32; 4]> for minecraft::Uuid {
    fn from(plain: &[u32; 4]) -> Self {
        let [x0, x1, x2, x3] = plain.each_ref().map(signed32);
        Self { x0, x1, x2, x3 }
    }
}

convert! {
    plain::minecraft::Item => minecraft::Item { count: same, slot: signed8, id: same }
    plain::minecraft::Abilities => minecraft::Abilities {
        walk_speed: double, fly_speed: double, may_fly: same, flying: same, invulnerable: same, may_build: same,
        instabuild: same,
    }
    plain::minecraft::Entity => minecraft::Entity {
        id: same, pos: into, motion: into, rotation: into, fall_distance: double, fire: signed16, air: signed16,
        on_ground: same, no_gravity: same, invulnerable: same, portal_cooldown: same, uuid: into, custom_name: same,
        custom_name_visible: same, silent: same, glowing: same,
    }
    plain::minecraft::RecipeBook => minecraft::RecipeBook {
        recipes: same, to_be_displayed: same, is_filtering_craftable: same, is_gui_open: same,
        is_furnace_filtering_craftable: same, is_furnace_gui_open: same,
        is_blasting_furnace_filtering_craftable: same, is_blasting_furnace_gui_open: same,
        is_smoker_filtering_craftable: same, is_smoker_gui_open: same,
    }
    plain::minecraft::Vehicle => minecraft::Vehicle { uuid: into, entity: into }
    plain::minecraft::Player => minecraft::Player {
        game_type: into, previous_game_type: into, score: same, dimension: same, selected_item_slot: signed32,
        selected_item: into, spawn_dimension: same, spawn_x: same, spawn_y: same, spawn_z: same, spawn_forced: same,
        sleep_timer: signed16, food_exhaustion_level: double, food_saturation_level: double,
        food_tick_timer: signed32, xp_level: signed32, xp_p: double, xp_total: same, xp_seed: same, inventory: each,
        ender_items: each, abilities: into, entered_nether_position: maybe, root_vehicle: maybe,
        shoulder_entity_left: maybe, shoulder_entity_right: maybe, seen_credits: same, recipe_book: into,
    }
    plain::minecraft::Players => minecraft::Players { players: each }
}

impl From<&plain::mk48::EntityType> for mk48::EntityType {
    fn from(plain: &plain::mk48::EntityType) -> Self {
        Self(*plain as i32)
    }
}

impl From<&(f32, f32)> for mk48::Vector2f {
    fn from((x, y): &(f32, f32)) -> Self {
        Self {
            x: double(x),
            y: double(y),
        }
    }
}

impl From<&(i8, i8)> for mk48::ChunkId {
    fn from(&(x, y): &(i8, i8)) -> Self {
        Self { x, y }
    }
}

fn signed_option(value: &Option<u16>) -> Option<i16> {
    value.as_ref().map(signed16)
}

convert! {
    plain::mk48::Transform => mk48::Transform { altitude: same, angle: signed16, position: into, velocity: same }
    plain::mk48::Guidance => mk48::Guidance { angle: signed16, submerge: same, velocity: same }
    plain::mk48::Contact => mk48::Contact {
        damage: signed8, entity_id: signed32, entity_type: maybe, guidance: into, player_id: signed_option,
        reloads: same, transform: into, turret_angles: signed_list,
    }
    plain::mk48::TerrainUpdate => mk48::TerrainUpdate { chunk_id: into, data: same }
    plain::mk48::Update => mk48::Update {
        contacts: each, score: signed32, world_radius: double, terrain_updates: each,
    }
    plain::mk48::Updates => mk48::Updates { updates: each }
}

impl From<&plain::order::Currency> for order::Currency {
    fn from(plain: &plain::order::Currency) -> Self {
        Self(*plain as i32)
    }
}

convert! {
    plain::order::LineItem => order::LineItem {
        sku: same, title: same, quantity: signed32, unit_price_cents: same, discount_pct: signed_number,
    }
    plain::order::PostalAddress => order::PostalAddress { name: same, street: same, city: same, zip: same, country: same }
    plain::order::Order => order::Order {
        request_id: same, customer_id: signed64, created_at_ms: same, currency: into, items: each, shipping: into,
        coupon: same, note: same, gift: same, attributes: same, total_cents: same,
    }
}

fn signed_number(value: &Option<u32>) -> Option<i32> {
    value.as_ref().map(signed32)
}
