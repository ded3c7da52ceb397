// CELL, FLOOR, COLUMNS and ROWS are defined by avatar_shaders.py.
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

// Shares of a cell's width and height that a posture fills: less of the screen is looked at in vain.
vec2 filled(float posture) {
    if (posture == 0.0) return vec2(0.64, 0.89);
    if (posture == 3.0) return vec2(1.0, 0.72);
    return posture < 3.0 || posture == 5.0 ? vec2(1.0, 0.89) : vec2(1.0);
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
    vec2 part = p3d_Vertex.xz * filled(posture);
    vec2 cell_at = vec2(mod(cell, COLUMNS), floor(cell / COLUMNS));
    v_uv = vec2((cell_at.x + 0.5 + part.x) / COLUMNS, 1.0 - (cell_at.y + 1.0 - part.y) / ROWS);
    vec3 right = normalize(vec3(view[0][0], view[1][0], 0.0));
    v_place = vec3(part * CELL - vec2(0.0, FLOOR), 0.0);
    vec3 p = who.at.xyz + right * v_place.x + vec3(0.0, 0.0, v_place.y);
    v_place.y += posture == 3.0 ? 0.37 : 0.0;
    v_place.x -= 0.06 * sin(sector * 0.78539816);
    v_place.z = cos(sector * 0.78539816);
    vec4 seen = p3d_ViewMatrix * vec4(p, 1.0);
    vec3 light = light_at(who.at.xyz);
    float metres = length(seen.xyz);
    vec3 bare = skin(who), legs = trousers(who), locks = hair(who), cloth = coat(who), hat = scarf(who);
    v_skin = seen_from(metres, bare * bare * light);
    v_coat = seen_from(metres, cloth * cloth * light);
    v_trousers = seen_from(metres, legs * legs * light);
    v_hair = seen_from(metres, locks * locks * light);
    v_hat = seen_from(metres, hat * hat * light);
    v_head = floor((who.look.w + 0.5) / 32.0);
    gl_Position = p3d_ProjectionMatrix * seen;
}
