// Names, initials and lights: coverage from the sheet, colour from the vertex.
uniform mat4 p3d_ModelViewProjectionMatrix;
uniform mat4 p3d_ModelViewMatrix;
in vec4 p3d_Vertex;
in vec4 p3d_Color;
in vec2 p3d_MultiTexCoord0;
out vec2 v_uv;
out vec3 v_colour;

void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    v_uv = p3d_MultiTexCoord0;
    float fog = fog_share(length((p3d_ModelViewMatrix * p3d_Vertex).xyz));
    v_colour = mix(p3d_Color.rgb, to_screen(fog_colour.rgb), fog);
}
