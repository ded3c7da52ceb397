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
