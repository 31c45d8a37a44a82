//! A triangle mesh: 125,000 triangles, nothing but floats.

use super::plain;
use crate::wire::random::Random;

plain! {
    #[derive(Copy)]
    pub struct Vector3 {
        pub x: f32,
        pub y: f32,
        pub z: f32,
    }

    #[derive(Copy)]
    pub struct Triangle {
        pub v0: Vector3,
        pub v1: Vector3,
        pub v2: Vector3,
        pub normal: Vector3,
    }

    pub struct Mesh {
        pub triangles: Vec<Triangle>,
    }
}

/// The whole mesh.
pub fn generate(random: &mut Random) -> Mesh {
    Mesh {
        triangles: (0..125_000).map(|_| triangle(random)).collect(),
    }
}

fn triangle(random: &mut Random) -> Triangle {
    let mut vector = || Vector3 {
        x: random.unit32(),
        y: random.unit32(),
        z: random.unit32(),
    };
    Triangle {
        v0: vector(),
        v1: vector(),
        v2: vector(),
        normal: vector(),
    }
}
