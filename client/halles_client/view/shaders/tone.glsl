// From light to what the screen shows: fog by distance, exposure, the ACES fit of Narkowicz (2015), square root.
uniform vec4 tone;       // exposure, fog density per metre, saturation, unused
uniform vec4 fog_colour; // linear

float fog_share(float metres) { return 1.0 - exp(-tone.y * metres); }

vec3 to_screen(vec3 light) {
    vec3 x = light * tone.x;
    x = clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0);
    x = mix(vec3(dot(x, vec3(0.2126, 0.7152, 0.0722))), x, tone.z);
    return sqrt(x);
}
