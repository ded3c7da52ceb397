out vec3 v_colour;

vec3 albedo(Person who) {
    int slot = int(paint.x + 0.5);
    if (slot == 0) return skin(who);
    if (slot == 1) return coat(who);
    if (slot == 2) return trousers(who);
    if (slot == 3) return hair(who) * 0.94 + 0.045;
    if (slot == 4) return scarf(who);
    return pale(who, slot == 5 ? vec3(0.13, 0.125, 0.125) : vec3(0.03));
}

void main() {
    Person who = person();
    if (!worn(who)) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); v_colour = vec3(0.0); return; }
    vec3 p = p3d_Vertex.xyz, n = p3d_Normal;
    pose(who, p, n);
    vec4 seen = p3d_ViewMatrix * vec4(p, 1.0);
    vec3 base = albedo(who);
    v_colour = seen_from(length(seen.xyz), base * base * shade(normalize(n)) * light_at(who.at.xyz));
    gl_Position = p3d_ProjectionMatrix * seen;
}
