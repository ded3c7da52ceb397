"""The shaders of avatars, blob shadows and impostors; GLSL 1.50, as a core profile of OpenGL 3.2 takes it.

One pose function bends every body: the near and middle meshes at run time, and the atlas of the impostors when
``assets/make/avatars.py`` bakes it. Colour, fog and tone are computed at the vertices, because avatars carry
no texture. No Panda3D here, only text.

The instance of a person is three texels of a buffer texture, see ``crowd_view``.
"""

from typing import Final

STRIDE_CYCLE_M: Final = 1000.0 / 690.0
"""Metres of two steps; divides 1000, where ``Crowd.stride`` wraps, so that legs never jump."""

ATLAS_COLUMNS: Final = 12
ATLAS_ROWS: Final = 6
CELL_METRES: Final = (1.06, 2.14)
"""Width and height that one cell of the atlas shows."""

CELL_FLOOR: Final = 0.04
"""Metres of a cell below the feet."""

_PEOPLE: Final = """
uniform mat4 p3d_ViewMatrix;
uniform mat4 p3d_ProjectionMatrix;
uniform samplerBuffer u_people;
uniform vec4 u_slice;          // x: the level's first row
uniform vec4 u_frame;          // time s, idle sway 0/1
uniform vec4 u_tone;           // exposure, fog density, saturation, -
uniform vec3 u_fog;
uniform vec3 u_palette[32];    // coats 0, trousers 12, skins 18, hairs 24
uniform sampler2D u_floor_light;
uniform vec4 u_floor;          // west, south, 1 / width, 1 / depth

struct Person { vec4 at; vec4 motion; vec4 look; };

Person person() {
    int row = (int(u_slice.x + 0.5) + gl_InstanceID) * 3;
    return Person(texelFetch(u_people, row), texelFetch(u_people, row + 1), texelFetch(u_people, row + 2));
}

vec3 floor_light(vec3 at) {
    vec3 t = textureLod(u_floor_light, (at.xy - u_floor.xy) * u_floor.zw, 0.0).rgb;
    return 4.0 * t * t;
}

float fog_at(float distance) { return exp(-u_tone.y * distance); }

vec3 tone(vec3 light, float fog) {
    vec3 c = mix(u_fog, light, fog) * u_tone.x;
    c = clamp(c * (2.51 * c + 0.03) / (c * (2.43 * c + 0.59) + 0.14), 0.0, 1.0);
    c = sqrt(c);
    return mix(vec3(dot(c, vec3(0.299, 0.587, 0.114))), c, u_tone.z);
}

vec3 turn_x(vec3 v, float a) { float c = cos(a), s = sin(a); return vec3(v.x, v.y * c - v.z * s, v.y * s + v.z * c); }
vec3 turn_y(vec3 v, float a) { float c = cos(a), s = sin(a); return vec3(v.x * c - v.z * s, v.y, v.x * s + v.z * c); }
vec3 turn_z(vec3 v, float a) { float c = cos(a), s = sin(a); return vec3(v.x * c - v.y * s, v.x * s + v.y * c, v.z); }

vec3 coat(Person who) {
    vec3 c = u_palette[int(who.look.x + 0.5)];
    return mix(c, vec3(dot(c, vec3(0.3, 0.59, 0.11))), 0.16);
}

vec3 scarf(Person who) { return mix(u_palette[(int(who.look.x + 0.5) + 5) % 12], vec3(0.84, 0.80, 0.72), 0.45); }
"""

_POSE: Final = """
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
in vec4 rig;       // limb 0-5, bend at hip or shoulder (torso: how far the hem flares), at knee or elbow, mask of heads
in vec4 paint;     // colour slot, occlusion

// Angles of one arm: shoulder forward, shoulder outward, elbow forward, elbow outward.
vec4 arm(float side, float gesture, float time, float swing, float walk) {
    vec4 hanging = vec4(-side * swing * 0.85, 0.04, 0.14 + 0.34 * walk, 0.0);
    if (gesture == 1.0 && side > 0.0) return vec4(0.15, 2.05, 0.0, 0.75 + 0.42 * sin(time * 7.0));
    if (gesture == 2.0) return vec4(0.55, -0.05, 1.30, -(0.92 + 0.20 * sin(time * 11.0)));
    if (gesture == 3.0) {
        float beat = sin(time * 2.3 + side) * sin(time * 1.1);
        return side > 0.0 ? vec4(0.30, 0.06, 1.25 + 0.28 * beat, 0.10 + 0.22 * beat)
                          : vec4(0.10, 0.02, 0.60 + 0.25 * beat, -0.15);
    }
    if (gesture == 4.0) return vec4(0.38, 0.05, 0.75, -0.22);
    if (gesture == 5.0 && side > 0.0) return vec4(2.92, 0.0, 0.12, -0.05);
    return hanging;
}

void pose(Person who, inout vec3 p, inout vec3 n) {
    float gesture = floor(who.motion.z), seed = fract(who.motion.z), weight = who.motion.w;
    float walk = who.motion.y, time = u_frame.x + seed * 40.0;
    float stride = sin(who.motion.x) * 0.46 * walk;
    float seated = gesture == 4.0 ? weight : 0.0;
    int limb = int(rig.x + 0.5);
    float side = (limb == 3 || limb == 5) ? 1.0 : -1.0;
    if (limb == 0) {
        p.y *= 1.0 + rig.y * 0.6 * abs(stride);
        p.z += rig.y * 0.06 * seated;
    }
    if (limb == 2 || limb == 3) {
        float hip = mix(side * stride, 1.52, seated);
        float lift = max(0.0, side * cos(who.motion.x));
        float knee = mix(-walk * (0.10 + 0.85 * lift), -1.46, seated);
        vec3 knee_at = vec3(side * 0.095, 0.0, 0.48), hip_at = vec3(side * 0.088, 0.0, 0.90);
        p = knee_at + turn_x(p - knee_at, knee * rig.z);
        n = turn_x(n, knee * rig.z);
        p = hip_at + turn_x(p - hip_at, hip * rig.y);
        n = turn_x(n, hip * rig.y);
    }
    if (limb >= 4) {
        vec4 a = mix(arm(side, 0.0, time, stride, walk), arm(side, gesture, time, stride, walk), weight);
        vec3 elbow = vec3(side * 0.235, -0.008, 1.035), shoulder = vec3(side * 0.185, 0.0, 1.305);
        p = elbow + turn_x(turn_y(p - elbow, side * a.w * rig.z), a.z * rig.z);
        n = turn_x(turn_y(n, side * a.w * rig.z), a.z * rig.z);
        p = shoulder + turn_x(turn_y(p - shoulder, side * a.y * rig.y), a.x * rig.y);
        n = turn_x(turn_y(n, side * a.y * rig.y), a.x * rig.y);
    }
    float sway = u_frame.y * (1.0 - min(walk, 1.0));
    if (limb == 1) {
        float look = sway * 0.16 * sin(time * 0.37) * sin(time * 0.23 + 2.0);
        float nod = gesture == 3.0 ? 0.05 * sin(time * 2.9) * weight : 0.0;
        vec3 neck = vec3(0.0, 0.0, 1.44);
        p = neck + turn_z(turn_x(p - neck, nod), look);
        n = turn_z(turn_x(n, nod), look);
    }
    float above = clamp((p.z - 0.85) * 1.5, 0.0, 1.0);
    if (limb != 2 && limb != 3) {
        p.x += sway * 0.008 * above * sin(time * 0.83);
        p.y += above * (0.045 * walk * walk + sway * 0.005 * sin(time * 1.27));
    }
    p.z -= 0.88 * (1.0 - cos(stride)) + 0.37 * seated;
    p = turn_z(p, who.at.w) + who.at.xyz;
    n = turn_z(n, who.at.w);
}

bool worn(Person who) {
    int head = int(who.look.w + 0.5) / 32;
    return ((int(rig.w + 0.5) >> head) & 1) == 1;
}

// Light on a body: dimmer from below, a soft lamp from over the left shoulder of the room.
float shade(vec3 n) {
    float lamp = 0.5 + 0.5 * dot(n, normalize(vec3(0.36, -0.30, 0.62)));
    return paint.y * (0.48 + 0.26 * n.z + 0.62 * lamp * lamp);
}
"""

AVATAR_VERTEX: Final = (
    "#version 150\n"
    + _PEOPLE
    + _POSE
    + """
out vec3 v_colour;

vec3 albedo(Person who) {
    int slot = int(paint.x + 0.5);
    vec3 skin = u_palette[18 + int(who.look.z + 0.5)];
    if (slot == 0) return skin;
    if (slot == 1) return coat(who);
    if (slot == 2) return u_palette[12 + int(who.look.y + 0.5)];
    if (slot == 3) return u_palette[24 + int(who.look.w + 0.5) % 32];
    if (slot == 4) return scarf(who);
    if (slot == 5) return vec3(0.13, 0.125, 0.125);
    return vec3(0.06);
}

void main() {
    Person who = person();
    if (!worn(who)) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); v_colour = vec3(0.0); return; }
    vec3 p = p3d_Vertex.xyz, n = p3d_Normal;
    pose(who, p, n);
    vec4 seen = p3d_ViewMatrix * vec4(p, 1.0);
    vec3 base = albedo(who);
    v_colour = tone(base * base * shade(normalize(n)) * floor_light(who.at.xyz), fog_at(length(seen.xyz)));
    gl_Position = p3d_ProjectionMatrix * seen;
}
"""
)

AVATAR_FRAGMENT: Final = """#version 150
in vec3 v_colour;
out vec4 o_colour;
void main() { o_colour = vec4(v_colour, 1.0); }
"""

ATLAS_VERTEX: Final = (
    "#version 150\n"
    + _PEOPLE
    + _POSE
    + """
out vec4 v_weights;

void main() {
    Person who = person();
    if (!worn(who)) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); v_weights = vec4(0.0); return; }
    vec3 p = p3d_Vertex.xyz, n = p3d_Normal;
    pose(who, p, n);
    int slot = int(paint.x + 0.5);
    float light = sqrt(clamp(shade(normalize(n)), 0.0, 1.0));
    vec4 weights = vec4(0.2, 0.0, 0.0, 0.0);
    if (slot == 0) weights = vec4(1.0, 0.0, 0.0, 0.0);
    if (slot == 1) weights = vec4(0.0, 1.0, 0.0, 0.0);
    if (slot == 2) weights = vec4(0.0, 0.0, 1.0, 0.0);
    if (slot == 3) weights = vec4(0.0, 0.0, 0.0, 1.0);
    if (slot == 4) weights = vec4(0.35, 0.55, 0.0, 0.0);
    if (slot == 5) weights = vec4(0.0, 0.0, 0.5, 0.0);
    v_weights = weights * light;
    gl_Position = p3d_ProjectionMatrix * (p3d_ViewMatrix * vec4(p, 1.0));
}
"""
)

ATLAS_FRAGMENT: Final = """#version 150
in vec4 v_weights;
out vec4 o_colour;
void main() { o_colour = v_weights; }
"""

IMPOSTOR_VERTEX: Final = (
    "#version 150\n"
    + _PEOPLE
    + f"""
const vec2 CELL = vec2({CELL_METRES[0]}, {CELL_METRES[1]});
const float FLOOR = {CELL_FLOOR};
const float COLUMNS = {ATLAS_COLUMNS}.0, ROWS = {ATLAS_ROWS}.0;
"""
    + """
in vec4 p3d_Vertex;   // x -0.5 to 0.5, z 0 to 1
out vec2 v_uv;
out vec3 v_place;     // metres right of the back of the head and above the feet; 1 facing us, -1 away
flat out vec3 v_skin;
flat out vec3 v_coat;
flat out vec3 v_trousers;
flat out vec3 v_hair;
flat out vec3 v_hat;
flat out float v_head;

float pose_index(Person who) {
    float gesture = floor(who.motion.z);
    if (gesture > 0.0 && who.motion.w > 0.5) {
        return gesture == 4.0 ? 3.0 : gesture == 5.0 ? 7.0 : 3.0 + gesture;
    }
    float step = sin(who.motion.x);
    if (who.motion.y < 0.25 || abs(step) < 0.5) return 0.0;
    return step > 0.0 ? 1.0 : 2.0;
}

void main() {
    Person who = person();
    mat3 view = mat3(p3d_ViewMatrix);
    vec3 camera = -transpose(view) * p3d_ViewMatrix[3].xyz;
    vec2 away = camera.xy - who.at.xy;
    float turned = atan(-away.x, away.y) - who.at.w;
    float sector = mod(floor(turned / 0.78539816 + 0.5), 8.0);
    float posture = pose_index(who);
    float cell = posture * 8.0 + sector;
    vec2 corner = vec2(mod(cell, COLUMNS), floor(cell / COLUMNS));
    v_uv = vec2((corner.x + 0.5 + p3d_Vertex.x) / COLUMNS, 1.0 - (corner.y + 1.0 - p3d_Vertex.z) / ROWS);
    vec3 right = normalize(vec3(view[0][0], view[1][0], 0.0));
    v_place = vec3(p3d_Vertex.x * CELL.x, p3d_Vertex.z * CELL.y - FLOOR, 0.0);
    vec3 p = who.at.xyz + right * v_place.x + vec3(0.0, 0.0, v_place.y);
    v_place.y += posture == 3.0 ? 0.37 : 0.0;
    v_place.x -= 0.06 * sin(sector * 0.78539816);
    v_place.z = cos(sector * 0.78539816);
    vec4 seen = p3d_ViewMatrix * vec4(p, 1.0);
    vec3 light = floor_light(who.at.xyz);
    float fog = fog_at(length(seen.xyz));
    vec3 skin = u_palette[18 + int(who.look.z + 0.5)], trousers = u_palette[12 + int(who.look.y + 0.5)];
    vec3 hair = u_palette[24 + int(who.look.w + 0.5) % 32], cloth = coat(who), hat = scarf(who);
    v_skin = tone(skin * skin * light, fog);
    v_coat = tone(cloth * cloth * light, fog);
    v_trousers = tone(trousers * trousers * light, fog);
    v_hair = tone(hair * hair * light, fog);
    v_hat = tone(hat * hat * light, fog);
    v_head = floor((who.look.w + 0.5) / 32.0);
    gl_Position = p3d_ProjectionMatrix * seen;
}
"""
)

IMPOSTOR_FRAGMENT: Final = """#version 150
uniform sampler2D u_atlas;
in vec2 v_uv;
in vec3 v_place;
flat in vec3 v_skin;
flat in vec3 v_coat;
flat in vec3 v_trousers;
flat in vec3 v_hair;
flat in vec3 v_hat;
flat in float v_head;
out vec4 o_colour;

void main() {
    vec4 w = texture(u_atlas, v_uv);
    vec3 hair = v_hair;
    float x = abs(v_place.x), z = v_place.y;
    if (z > 1.30) {
        bool bare = dot(w, vec4(1.0)) < 0.32;
        vec2 lock = vec2(x, z - 1.54) / vec2(0.122, 0.205);
        float round = 1.0 - 0.35 * dot(lock, lock);
        if (v_head == 1.0 && dot(lock, lock) < 1.0 && (bare || v_place.z < 0.35)) w = vec4(0.0, 0.0, 0.0, 0.85 * round);
        if (v_head == 2.0 && length(vec2(x, z - 1.775)) < 0.062) w = vec4(0.0, 0.0, 0.0, 0.85 - 3.0 * (1.80 - z));
        if (v_head == 3.0 && z > 1.64) hair = v_hat;
    }
    float total = dot(w, vec4(1.0));
    if (total < 0.32) discard;
    w *= max(1.0, 0.62 / total);
    o_colour = vec4(w.r * v_skin + w.g * v_coat + w.b * v_trousers + w.a * hair, 1.0);
}
"""

SHADOW_VERTEX: Final = (
    "#version 150\n"
    + _PEOPLE
    + """
in vec4 p3d_Vertex;   // -1 to 1 on the floor
out vec3 v_disc;

void main() {
    Person who = person();
    bool seated = floor(who.motion.z) == 4.0;
    vec2 spread = p3d_Vertex.xy * vec2(0.40, seated ? 0.52 : 0.36 + 0.10 * who.motion.y);
    vec3 p = who.at.xyz + turn_z(vec3(spread + vec2(0.0, seated ? 0.22 : 0.0), 0.012), who.at.w);
    vec4 seen = p3d_ViewMatrix * vec4(p, 1.0);
    v_disc = vec3(p3d_Vertex.xy, 0.52 * fog_at(length(seen.xyz)));
    gl_Position = p3d_ProjectionMatrix * seen;
}
"""
)

SHADOW_FRAGMENT: Final = """#version 150
in vec3 v_disc;
out vec4 o_colour;
void main() {
    float inside = max(0.0, 1.0 - dot(v_disc.xy, v_disc.xy));
    o_colour = vec4(0.05, 0.05, 0.06, v_disc.z * inside * inside);
}
"""
