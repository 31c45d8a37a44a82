//! Updates of a game's server: 1,000 messages of small integers and short lists.

use super::plain;
use crate::wire::random::Random;

plain! {
    #[derive(Copy)]
    pub enum EntityType { ArleighBurke, Bismarck, Clemenceau, Fletcher, G5, Iowa, Kolkata, Osa, Yasen, Zubr }

    pub struct Transform {
        pub altitude: i8,
        pub angle: u16,
        pub position: (f32, f32),
        pub velocity: i16,
    }

    pub struct Guidance {
        pub angle: u16,
        pub submerge: bool,
        pub velocity: i16,
    }

    pub struct Contact {
        pub damage: u8,
        pub entity_id: u32,
        pub entity_type: Option<EntityType>,
        pub guidance: Guidance,
        pub player_id: Option<u16>,
        pub reloads: Vec<bool>,
        pub transform: Transform,
        pub turret_angles: Vec<u16>,
    }

    pub struct TerrainUpdate {
        pub chunk_id: (i8, i8),
        pub data: Vec<u8>,
    }

    pub struct Update {
        pub contacts: Vec<Contact>,
        pub score: u32,
        pub world_radius: f32,
        pub terrain_updates: Vec<TerrainUpdate>,
    }

    pub struct Updates {
        pub updates: Vec<Update>,
    }
}

/// All updates.
pub fn generate(random: &mut Random) -> Updates {
    Updates {
        updates: (0..1000).map(|_| update(random)).collect(),
    }
}

fn update(random: &mut Random) -> Update {
    let players = random.range(200..400);
    let radius = (15_000.0 * players as f64).sqrt() + random.unit() * 100.0 - 50.0;
    let chunks = (radius / 1600.0).ceil() as i64;
    Update {
        contacts: random.list(20..40, |random| contact(random, players)),
        score: (5000.0 * random.unit().powi(4)) as u32 + random.range(0..50) as u32,
        world_radius: radius as f32,
        terrain_updates: random.list(3..10, |random| terrain(random, chunks)),
    }
}

/// A ship: its type, weight, turrets and weapons.
type Ship = (EntityType, f64, usize, usize);

const SHIPS: [Ship; 10] = [
    (EntityType::ArleighBurke, 2.14, 1, 20),
    (EntityType::Bismarck, 0.52, 4, 10),
    (EntityType::Clemenceau, 0.97, 4, 16),
    (EntityType::Fletcher, 1.46, 4, 18),
    (EntityType::G5, 13.16, 0, 2),
    (EntityType::Iowa, 1.55, 3, 28),
    (EntityType::Kolkata, 0.83, 1, 15),
    (EntityType::Osa, 7.25, 2, 6),
    (EntityType::Yasen, 4.06, 0, 14),
    (EntityType::Zubr, 12.92, 3, 11),
];

fn contact(random: &mut Random, players: i64) -> Contact {
    let (ship, _, turrets, weapons) = ship(random);
    let submarine = ship == EntityType::Yasen;
    let visible = random.chance(0.7);
    let unharmed = visible && random.chance(0.6);
    Contact {
        damage: if unharmed {
            0
        } else {
            random.range(0..200) as u8
        },
        entity_id: random.range(0..20 * players) as u32,
        entity_type: visible.then_some(ship),
        guidance: Guidance {
            angle: random.bits() as u16,
            submerge: submarine && random.chance(0.9),
            velocity: velocity(random),
        },
        player_id: visible.then(|| random.range(0..players) as u16),
        reloads: if visible {
            reloads(random, weapons)
        } else {
            Vec::new()
        },
        transform: transform(random, submarine),
        turret_angles: if visible {
            turret_angles(random, turrets)
        } else {
            Vec::new()
        },
    }
}

fn ship(random: &mut Random) -> Ship {
    let total: f64 = SHIPS.iter().map(|ship| ship.1).sum();
    let mut left = random.unit() * total;
    for ship in SHIPS {
        left -= ship.1;
        if left < 0.0 {
            return ship;
        }
    }
    SHIPS[9]
}

fn velocity(random: &mut Random) -> i16 {
    let kind = random.unit();
    if kind < 0.8 {
        random.range(140..900) as i16
    } else if kind < 0.9 {
        0
    } else {
        random.range(-225..-35) as i16
    }
}

fn reloads(random: &mut Random, weapons: usize) -> Vec<bool> {
    let probability = random.unit();
    (0..weapons).map(|_| random.chance(probability)).collect()
}

fn transform(random: &mut Random, submarine: bool) -> Transform {
    let dived = submarine && random.chance(0.9);
    let mut coordinate = || (random.unit() * 1500.0 - 750.0) as f32;
    let position = (coordinate(), coordinate());
    Transform {
        altitude: if dived {
            random.range(-120..-35) as i8
        } else {
            0
        },
        angle: random.bits() as u16,
        position,
        velocity: velocity(random),
    }
}

fn turret_angles(random: &mut Random, turrets: usize) -> Vec<u16> {
    let base = random.bits() as u16;
    let mut angle = || match random.chance(0.75) {
        true => base.wrapping_add(random.range(-200..201) as u16),
        false => random.bits() as u16,
    };
    (0..turrets).map(|_| angle()).collect()
}

fn terrain(random: &mut Random, chunks: i64) -> TerrainUpdate {
    let chunk_id = (
        random.range(-chunks..chunks) as i8,
        random.range(-chunks..chunks) as i8,
    );
    let length = if random.chance(0.02) { 900..1100 } else { 3..9 };
    TerrainUpdate {
        chunk_id,
        data: random.list(length, |random| random.bits() as u8),
    }
}
