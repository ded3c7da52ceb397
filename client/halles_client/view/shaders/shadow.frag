in vec3 v_disc;
out vec4 o_colour;
void main() {
    float inside = max(0.0, 1.0 - dot(v_disc.xy, v_disc.xy));
    o_colour = vec4(0.05, 0.05, 0.06, v_disc.z * inside * inside);
}
