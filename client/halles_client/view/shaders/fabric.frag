// The detail of a material, twice its square, on the light of the vertices.
in vec3 v_colour;
out vec4 fragment;
#ifdef TEXTURED
uniform sampler2D p3d_Texture0;
in vec2 v_uv;
#endif
#ifdef PER_PIXEL
in float v_fog;
#endif

void main() {
#ifdef TEXTURED
    vec3 detail = texture(p3d_Texture0, v_uv).rgb;
#endif
#ifdef PER_PIXEL
    vec3 light = v_colour;
#ifdef TEXTURED
    light *= 2.0 * detail * detail;
#endif
    fragment = vec4(to_screen(mix(light, fog_colour.rgb, v_fog)), 1.0);
#else
    vec3 shown = v_colour;
#ifdef TEXTURED
    shown *= 1.41421 * detail;
#endif
    fragment = vec4(shown, 1.0);
#endif
}
