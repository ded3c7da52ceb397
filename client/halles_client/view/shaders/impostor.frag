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
