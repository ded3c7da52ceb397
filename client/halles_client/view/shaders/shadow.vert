in vec4 p3d_Vertex;   // -1 to 1 on the floor
out vec3 v_disc;

void main() {
    Person who = person();
    bool seated = floor(who.motion.z) == 4.0;
    vec2 spread = p3d_Vertex.xy * vec2(0.40, seated ? 0.52 : 0.36 + 0.10 * who.motion.y);
    vec3 p = who.at.xyz + turn_z(vec3(spread + vec2(0.0, seated ? 0.22 : 0.0), 0.012), who.at.w);
    vec4 seen = p3d_ViewMatrix * vec4(p, 1.0);
    v_disc = vec3(p3d_Vertex.xy, 0.52 * (1.0 - fog_share(length(seen.xyz))));
    gl_Position = p3d_ProjectionMatrix * seen;
}
