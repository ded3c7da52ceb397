uniform sampler2D p3d_Texture0;
in vec2 v_uv;
in float v_fog;
out vec4 fragment;

void main() {
    vec3 seen = texture(p3d_Texture0, v_uv).rgb;
    fragment = vec4(mix(seen, to_screen(fog_colour.rgb), v_fog), 1.0);
}
