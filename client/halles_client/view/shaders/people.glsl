// Who stands where and looks how: one instance is three texels, see crowd_rows.py. Follows tone.glsl.
uniform mat4 p3d_ViewMatrix;
uniform mat4 p3d_ProjectionMatrix;
uniform samplerBuffer u_people;
uniform vec4 u_slice;          // x: the level's first row
uniform vec4 u_frame;          // time s, idle sway 0/1
uniform vec3 u_palette[32];    // coats 0, trousers 12, skins 18, hairs 24
uniform sampler2D floor_light; // √(light / 4)
uniform vec4 floor_map;        // west, south, 1 / width, 1 / depth

struct Person { vec4 at; vec4 motion; vec4 look; float ghost; };

const vec3 PALE = vec3(0.74, 0.82, 0.90);  // what was recorded is bled of its colour towards this

Person person() {
    int row = (int(u_slice.x + 0.5) + gl_InstanceID) * 3;
    vec4 look = texelFetch(u_people, row + 2);
    float ghost = step(63.5, look.y);
    look.y -= 64.0 * ghost;
    return Person(texelFetch(u_people, row), texelFetch(u_people, row + 1), look, ghost);
}

vec3 pale(Person who, vec3 colour) {
    return mix(colour, PALE * (0.55 + 0.45 * dot(colour, vec3(0.3, 0.59, 0.11))), 0.82 * who.ghost);
}

vec3 light_at(vec3 place) {
    vec3 t = textureLod(floor_light, (place.xy - floor_map.xy) * floor_map.zw, 0.0).rgb;
    return 0.10 + 3.8 * t * t;  // a face is also lit by the room, never by its floor alone
}

vec3 seen_from(float metres, vec3 light) { return to_screen(mix(light, fog_colour.rgb, fog_share(metres))); }

vec3 turn_x(vec3 v, float a) { float c = cos(a), s = sin(a); return vec3(v.x, v.y * c - v.z * s, v.y * s + v.z * c); }
vec3 turn_y(vec3 v, float a) { float c = cos(a), s = sin(a); return vec3(v.x * c - v.z * s, v.y, v.x * s + v.z * c); }
vec3 turn_z(vec3 v, float a) { float c = cos(a), s = sin(a); return vec3(v.x * c - v.y * s, v.x * s + v.y * c, v.z); }

vec3 coat(Person who) {
    vec3 c = u_palette[int(who.look.x + 0.5)];
    return pale(who, mix(c, vec3(dot(c, vec3(0.3, 0.59, 0.11))), 0.16));
}

vec3 scarf(Person who) {
    return pale(who, mix(u_palette[(int(who.look.x + 0.5) + 5) % 12], vec3(0.84, 0.80, 0.72), 0.45));
}

vec3 skin(Person who) { return pale(who, u_palette[18 + int(who.look.z + 0.5)]); }

vec3 trousers(Person who) { return pale(who, u_palette[12 + int(who.look.y + 0.5)]); }

vec3 hair(Person who) { return pale(who, u_palette[24 + int(who.look.w + 0.5) % 32]); }
