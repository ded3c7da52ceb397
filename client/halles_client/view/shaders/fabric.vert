// Walls, roofs, booths: baked light times colour; a booth's felt takes its colour from the accents.
uniform mat4 p3d_ModelViewProjectionMatrix;
uniform mat4 p3d_ModelViewMatrix;
uniform vec4 accents[201];
in vec4 p3d_Vertex;
in vec4 p3d_Color; // √(light / 4), slot number / 255
in vec4 albedo;    // √colour
in vec2 p3d_MultiTexCoord0;
out vec3 v_colour;
#ifdef TEXTURED
out vec2 v_uv;
#endif
#ifdef PER_PIXEL
out float v_fog;
#endif

void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    int slot = int(p3d_Color.a * 255.0 + 0.5);
    vec3 own = albedo.rgb * albedo.rgb;
    vec3 colour = slot < 201 ? accents[slot].rgb : own;
    vec3 light = 4.0 * p3d_Color.rgb * p3d_Color.rgb * colour;
    float fog = fog_share(length((p3d_ModelViewMatrix * p3d_Vertex).xyz));
#ifdef PER_PIXEL
    v_colour = light;
    v_fog = fog;
#else
    v_colour = to_screen(mix(light, fog_colour.rgb, fog));
#endif
#ifdef TEXTURED
    v_uv = p3d_MultiTexCoord0;
#endif
}
