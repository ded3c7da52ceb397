// Low: floor and mirror are toned at load, and only mixed here. Else tone per pixel. The room is mirrored from a cube
// map whose rays are bent to the room's box.
uniform sampler2D p3d_Texture0;
in vec2 v_uv;
in float v_fog;
out vec4 fragment;
#ifdef REFLECTIONS
uniform samplerCube mirror;
uniform vec3 box_low;
uniform vec3 box_high;
uniform float polish;
in vec3 v_place;
in vec3 v_ray;

const vec3 MIRROR_AT = vec3(0.0, 0.0, 1.5);

vec3 mirrored() {
    vec3 reach = max((box_high - v_place) / v_ray, (box_low - v_place) / v_ray);
    vec3 hit = v_place + v_ray * min(reach.x, min(reach.y, reach.z));
    return texture(mirror, hit - MIRROR_AT).rgb;
}

float fresnel() {
    float grazing = 1.0 - v_ray.z * inversesqrt(dot(v_ray, v_ray));
    float squared = grazing * grazing;
    return 0.055 + 0.6 * squared * squared * grazing;
}
#endif

void main() {
    vec3 seen = texture(p3d_Texture0, v_uv).rgb;
#ifdef PER_PIXEL
    vec3 light = 4.0 * seen * seen;
#ifdef REFLECTIONS
    vec3 above = mirrored();
    float share = polish * fresnel();
    light = light * (1.0 - share) + 4.0 * above * above * share;
#endif
    fragment = vec4(to_screen(mix(light, fog_colour.rgb, v_fog)), 1.0);
#else
#ifdef REFLECTIONS
    // Toned values: a square root lies between, so a share of light looks larger.
    seen = mix(seen, mirrored(), polish * (0.06 + fresnel()));
#endif
    fragment = vec4(mix(seen, to_screen(fog_colour.rgb), v_fog), 1.0);
#endif
}
