// A booth's pictures: unlit, so that a screen keeps its black and its white; only the air lies before them.
uniform mat4 p3d_ModelViewProjectionMatrix;
uniform mat4 p3d_ModelViewMatrix;
in vec4 p3d_Vertex;
in vec2 p3d_MultiTexCoord0;
out vec2 v_uv;
out float v_fog;

void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    v_uv = p3d_MultiTexCoord0;
    v_fog = fog_share(length((p3d_ModelViewMatrix * p3d_Vertex).xyz));
}
