uniform sampler2D p3d_Texture0;
uniform float cut_out; // below this nothing is drawn
in vec3 v_light;
in float v_alpha;
in vec2 v_uv;
in float v_fog;
out vec4 fragment;

void main() {
    vec4 painted = texture(p3d_Texture0, v_uv);
    if (painted.a * v_alpha < cut_out) discard;
    fragment = vec4(to_screen(mix(v_light * painted.rgb * painted.rgb, fog_colour.rgb, v_fog)), 1.0);
}
