//! prost, with the messages that prost-build generates from the `.proto` files.

use prost::Message;

use crate::wire::codec::{Codec, Refusal};
use crate::wire::convert::{convert, each, maybe, same, some, widen};
use crate::wire::datasets as plain;

/// The generated messages.
#[allow(missing_docs, warnings, clippy::all)]
pub mod generated {
    pub mod log {
        include!(concat!(env!("OUT_DIR"), "/log.rs"));
    }
    pub mod mesh {
        include!(concat!(env!("OUT_DIR"), "/mesh.rs"));
    }
    pub mod minecraft {
        include!(concat!(env!("OUT_DIR"), "/minecraft.rs"));
    }
    pub mod mk48 {
        include!(concat!(env!("OUT_DIR"), "/mk48.rs"));
    }
    pub mod order {
        include!(concat!(env!("OUT_DIR"), "/order.rs"));
    }
}
use generated::{log, mesh, minecraft, mk48, order};

/// Writes into a reused vector.
#[derive(Clone, Default)]
pub struct Prost(Vec<u8>);

impl<T: Message + Default> Codec<T> for Prost {
    type Input = Vec<u8>;

    fn encode(&mut self, value: &T) -> &[u8] {
        self.0.clear();
        value
            .encode(&mut self.0)
            .expect("a vector takes every byte");
        &self.0
    }

    fn decode(&mut self, input: &Vec<u8>) -> Result<T, Refusal> {
        Ok(T::decode(input.as_slice())?)
    }
}

fn code<T: Copy + Into<i32>>(value: &T) -> i32 {
    (*value).into()
}

fn wide_option(value: &Option<u16>) -> Option<u32> {
    value.map(Into::into)
}

fn wide_list(values: &[u16]) -> Vec<u32> {
    values.iter().map(widen).collect()
}

convert! {
    plain::log::Address => log::Address { x0: widen, x1: widen, x2: widen, x3: widen }
    plain::log::Log => log::Log {
        address: some, identity: same, userid: same, date: same, request: same, code: widen, size: same,
    }
    plain::log::Logs => log::Logs { logs: each }

    plain::mesh::Vector3 => mesh::Vector3 { x: same, y: same, z: same }
    plain::mesh::Triangle => mesh::Triangle { v0: some, v1: some, v2: some, normal: some }
    plain::mesh::Mesh => mesh::Mesh { triangles: each }
}

impl From<plain::minecraft::GameType> for i32 {
    fn from(plain: plain::minecraft::GameType) -> Self {
        plain as Self
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

impl From<&[u32; 4]> for minecraft::Uuid {
    fn from(&[x0, x1, x2, x3]: &[u32; 4]) -> Self {
        Self { x0, x1, x2, x3 }
    }
}

convert! {
    plain::minecraft::Item => minecraft::Item { count: widen, slot: widen, id: same }
    plain::minecraft::Abilities => minecraft::Abilities {
        walk_speed: same, fly_speed: same, may_fly: same, flying: same, invulnerable: same, may_build: same,
        instabuild: same,
    }
    plain::minecraft::Entity => minecraft::Entity {
        id: same, pos: some, motion: some, rotation: some, fall_distance: same, fire: widen, air: widen,
        on_ground: same, no_gravity: same, invulnerable: same, portal_cooldown: same, uuid: some, custom_name: same,
        custom_name_visible: same, silent: same, glowing: same,
    }
    plain::minecraft::RecipeBook => minecraft::RecipeBook {
        recipes: same, to_be_displayed: same, is_filtering_craftable: same, is_gui_open: same,
        is_furnace_filtering_craftable: same, is_furnace_gui_open: same,
        is_blasting_furnace_filtering_craftable: same, is_blasting_furnace_gui_open: same,
        is_smoker_filtering_craftable: same, is_smoker_gui_open: same,
    }
    plain::minecraft::Vehicle => minecraft::Vehicle { uuid: some, entity: some }
    plain::minecraft::Player => minecraft::Player {
        game_type: code, previous_game_type: code, score: same, dimension: same, selected_item_slot: same,
        selected_item: some, spawn_dimension: same, spawn_x: same, spawn_y: same, spawn_z: same, spawn_forced: same,
        sleep_timer: widen, food_exhaustion_level: same, food_saturation_level: same, food_tick_timer: same,
        xp_level: same, xp_p: same, xp_total: same, xp_seed: same, inventory: each, ender_items: each,
        abilities: some, entered_nether_position: maybe, root_vehicle: maybe, shoulder_entity_left: maybe,
        shoulder_entity_right: maybe, seen_credits: same, recipe_book: some,
    }
    plain::minecraft::Players => minecraft::Players { players: each }
}

impl From<&plain::mk48::EntityType> for i32 {
    fn from(plain: &plain::mk48::EntityType) -> Self {
        *plain as Self
    }
}

impl From<&(f32, f32)> for mk48::Vector2f {
    fn from(&(x, y): &(f32, f32)) -> Self {
        Self { x, y }
    }
}

impl From<&(i8, i8)> for mk48::ChunkId {
    fn from(&(x, y): &(i8, i8)) -> Self {
        Self {
            x: x.into(),
            y: y.into(),
        }
    }
}

convert! {
    plain::mk48::Transform => mk48::Transform { altitude: widen, angle: widen, position: some, velocity: widen }
    plain::mk48::Guidance => mk48::Guidance { angle: widen, submerge: same, velocity: widen }
    plain::mk48::Contact => mk48::Contact {
        damage: widen, entity_id: same, entity_type: maybe, guidance: some, player_id: wide_option, reloads: same,
        transform: some, turret_angles: wide_list,
    }
    plain::mk48::TerrainUpdate => mk48::TerrainUpdate { chunk_id: some, data: same }
    plain::mk48::Update => mk48::Update { contacts: each, score: same, world_radius: same, terrain_updates: each }
    plain::mk48::Updates => mk48::Updates { updates: each }
}

impl From<plain::order::Currency> for i32 {
    fn from(plain: plain::order::Currency) -> Self {
        plain as Self
    }
}

convert! {
    plain::order::LineItem => order::LineItem {
        sku: same, title: same, quantity: same, unit_price_cents: same, discount_pct: same,
    }
    plain::order::PostalAddress => order::PostalAddress { name: same, street: same, city: same, zip: same, country: same }
    plain::order::Order => order::Order {
        request_id: same, customer_id: same, created_at_ms: same, currency: code, items: each, shipping: some,
        coupon: same, note: same, gift: same, attributes: same, total_cents: same,
    }
}
