// The floor: one picture, painted and lit.
uniform mat4 p3d_ModelViewProjectionMatrix;
uniform mat4 p3d_ModelViewMatrix;
uniform vec4 ground; // x, y of the south-west corner, 1 / width, 1 / depth
in vec4 p3d_Vertex;
out vec2 v_uv;
out float v_fog;
#ifdef REFLECTIONS
uniform mat4 p3d_ViewMatrixInverse;
out vec3 v_place;
out vec3 v_ray;
#endif

void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    v_uv = (p3d_Vertex.xy - ground.xy) * ground.zw;
    v_fog = fog_share(length((p3d_ModelViewMatrix * p3d_Vertex).xyz));
#ifdef REFLECTIONS
    v_place = p3d_Vertex.xyz;
    v_ray = (p3d_Vertex.xyz - p3d_ViewMatrixInverse[3].xyz) * vec3(1.0, 1.0, -1.0);
#endif
}
