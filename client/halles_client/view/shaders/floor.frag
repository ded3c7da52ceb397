// Low: the picture is toned at load and only fog is added. Else tone per pixel, and the room mirrored in a cube map
// whose rays are bent to the room's box.
uniform sampler2D p3d_Texture0;
in vec2 v_uv;
in float v_fog;
out vec4 fragment;
#ifdef REFLECTIONS
uniform samplerCube mirror;
uniform vec3 eye;
uniform vec3 box_low;
uniform vec3 box_high;
uniform vec3 mirror_at;
in vec3 v_place;
#endif

void main() {
    vec3 seen = texture(p3d_Texture0, v_uv).rgb;
#ifdef PER_PIXEL
    vec3 light = 4.0 * seen * seen;
#ifdef REFLECTIONS
    vec3 out_ray = normalize(v_place - eye);
    vec3 ray = vec3(out_ray.xy, -out_ray.z);
    vec3 reach = max((box_high - v_place) / ray, (box_low - v_place) / ray);
    vec3 hit = v_place + ray * min(reach.x, min(reach.y, reach.z));
    float grazing = 1.0 - max(ray.z, 0.0);
    float share = 0.055 + 0.55 * pow(grazing, 5.0);
    vec3 mirrored = texture(mirror, hit - mirror_at).rgb;
    light = light * (1.0 - 0.5 * share) + 4.0 * mirrored * mirrored * share;
#endif
    fragment = vec4(to_screen(mix(light, fog_colour.rgb, v_fog)), 1.0);
#else
    fragment = vec4(mix(seen, to_screen(fog_colour.rgb), v_fog), 1.0);
#endif
}
