namespace rs mesh

struct Vector3 {
    1: required double x;
    2: required double y;
    3: required double z;
}

struct Triangle {
    1: required Vector3 v0;
    2: required Vector3 v1;
    3: required Vector3 v2;
    4: required Vector3 normal;
}

struct Mesh {
    1: required list<Triangle> triangles;
}
