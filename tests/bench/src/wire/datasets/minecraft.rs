//! A game's saved players: 500 wide structs with short strings and optional parts.

use super::plain;
use crate::wire::random::Random;

plain! {
    #[derive(Copy)]
    pub enum GameType { Survival, Creative, Adventure, Spectator }

    pub struct Item {
        pub count: i8,
        pub slot: u8,
        pub id: String,
    }

    pub struct Abilities {
        pub walk_speed: f32,
        pub fly_speed: f32,
        pub may_fly: bool,
        pub flying: bool,
        pub invulnerable: bool,
        pub may_build: bool,
        pub instabuild: bool,
    }

    pub struct Entity {
        pub id: String,
        pub pos: (f64, f64, f64),
        pub motion: (f64, f64, f64),
        pub rotation: (f32, f32),
        pub fall_distance: f32,
        pub fire: u16,
        pub air: u16,
        pub on_ground: bool,
        pub no_gravity: bool,
        pub invulnerable: bool,
        pub portal_cooldown: i32,
        pub uuid: [u32; 4],
        pub custom_name: Option<String>,
        pub custom_name_visible: bool,
        pub silent: bool,
        pub glowing: bool,
    }

    pub struct RecipeBook {
        pub recipes: Vec<String>,
        pub to_be_displayed: Vec<String>,
        pub is_filtering_craftable: bool,
        pub is_gui_open: bool,
        pub is_furnace_filtering_craftable: bool,
        pub is_furnace_gui_open: bool,
        pub is_blasting_furnace_filtering_craftable: bool,
        pub is_blasting_furnace_gui_open: bool,
        pub is_smoker_filtering_craftable: bool,
        pub is_smoker_gui_open: bool,
    }

    pub struct Vehicle {
        pub uuid: [u32; 4],
        pub entity: Entity,
    }

    pub struct Player {
        pub game_type: GameType,
        pub previous_game_type: GameType,
        pub score: i64,
        pub dimension: String,
        pub selected_item_slot: u32,
        pub selected_item: Item,
        pub spawn_dimension: Option<String>,
        pub spawn_x: i64,
        pub spawn_y: i64,
        pub spawn_z: i64,
        pub spawn_forced: Option<bool>,
        pub sleep_timer: u16,
        pub food_exhaustion_level: f32,
        pub food_saturation_level: f32,
        pub food_tick_timer: u32,
        pub xp_level: u32,
        pub xp_p: f32,
        pub xp_total: i32,
        pub xp_seed: i32,
        pub inventory: Vec<Item>,
        pub ender_items: Vec<Item>,
        pub abilities: Abilities,
        pub entered_nether_position: Option<(f64, f64, f64)>,
        pub root_vehicle: Option<Vehicle>,
        pub shoulder_entity_left: Option<Entity>,
        pub shoulder_entity_right: Option<Entity>,
        pub seen_credits: bool,
        pub recipe_book: RecipeBook,
    }

    pub struct Players {
        pub players: Vec<Player>,
    }
}

/// All players.
pub fn generate(random: &mut Random) -> Players {
    Players {
        players: (0..500).map(|_| player(random)).collect(),
    }
}

fn player(random: &mut Random) -> Player {
    Player {
        game_type: game_type(random),
        previous_game_type: game_type(random),
        score: random.bits() as i64,
        dimension: dimension(random),
        selected_item_slot: random.bits() as u32,
        selected_item: item(random),
        spawn_dimension: random.optional(0.5, dimension),
        spawn_x: random.bits() as i64,
        spawn_y: random.bits() as i64,
        spawn_z: random.bits() as i64,
        spawn_forced: random.optional(0.5, Random::coin),
        sleep_timer: random.bits() as u16,
        food_exhaustion_level: random.unit32(),
        food_saturation_level: random.unit32(),
        food_tick_timer: random.bits() as u32,
        xp_level: random.bits() as u32,
        xp_p: random.unit32(),
        xp_total: random.bits() as i32,
        xp_seed: random.bits() as i32,
        inventory: random.list(0..40, item),
        ender_items: random.list(0..27, item),
        abilities: abilities(random),
        entered_nether_position: random.optional(0.5, position),
        root_vehicle: random.optional(0.5, |random| Vehicle {
            uuid: uuid(random),
            entity: entity(random),
        }),
        shoulder_entity_left: random.optional(0.5, entity),
        shoulder_entity_right: random.optional(0.5, entity),
        seen_credits: random.coin(),
        recipe_book: recipe_book(random),
    }
}

fn game_type(random: &mut Random) -> GameType {
    random.pick(&[
        GameType::Survival,
        GameType::Creative,
        GameType::Adventure,
        GameType::Spectator,
    ])
}

fn dimension(random: &mut Random) -> String {
    random.word(&["overworld", "nether", "end"])
}

fn item(random: &mut Random) -> Item {
    const IDS: [&str; 8] = [
        "dirt",
        "stone",
        "pickaxe",
        "sand",
        "gravel",
        "shovel",
        "chestplate",
        "steak",
    ];
    Item {
        count: random.bits() as i8,
        slot: random.bits() as u8,
        id: random.word(&IDS),
    }
}

fn abilities(random: &mut Random) -> Abilities {
    Abilities {
        walk_speed: random.unit32(),
        fly_speed: random.unit32(),
        may_fly: random.coin(),
        flying: random.coin(),
        invulnerable: random.coin(),
        may_build: random.coin(),
        instabuild: random.coin(),
    }
}

fn entity(random: &mut Random) -> Entity {
    const IDS: [&str; 8] = [
        "cow", "sheep", "zombie", "skeleton", "spider", "creeper", "parrot", "bee",
    ];
    const NAMES: [&str; 8] = [
        "rainbow", "princess", "steve", "johnny", "missy", "coward", "fairy", "howard",
    ];
    Entity {
        id: random.word(&IDS),
        pos: position(random),
        motion: position(random),
        rotation: (random.unit32(), random.unit32()),
        fall_distance: random.unit32(),
        fire: random.bits() as u16,
        air: random.bits() as u16,
        on_ground: random.coin(),
        no_gravity: random.coin(),
        invulnerable: random.coin(),
        portal_cooldown: random.bits() as i32,
        uuid: uuid(random),
        custom_name: random.optional(0.5, |random| random.word(&NAMES)),
        custom_name_visible: random.coin(),
        silent: random.coin(),
        glowing: random.coin(),
    }
}

fn position(random: &mut Random) -> (f64, f64, f64) {
    (random.unit(), random.unit(), random.unit())
}

fn uuid(random: &mut Random) -> [u32; 4] {
    std::array::from_fn(|_| random.bits() as u32)
}

fn recipe_book(random: &mut Random) -> RecipeBook {
    let recipe = |random: &mut Random| {
        random.word(&[
            "pickaxe",
            "torch",
            "bow",
            "crafting table",
            "furnace",
            "shears",
            "arrow",
            "tnt",
        ])
    };
    RecipeBook {
        recipes: random.list(0..30, recipe),
        to_be_displayed: random.list(0..10, recipe),
        is_filtering_craftable: random.coin(),
        is_gui_open: random.coin(),
        is_furnace_filtering_craftable: random.coin(),
        is_furnace_gui_open: random.coin(),
        is_blasting_furnace_filtering_craftable: random.coin(),
        is_blasting_furnace_gui_open: random.coin(),
        is_smoker_filtering_craftable: random.coin(),
        is_smoker_gui_open: random.coin(),
    }
}
