// A booth's model: its own colours under the hall's soft light from above, and the air before it.
uniform mat4 p3d_ModelViewProjectionMatrix;
uniform mat4 p3d_ModelViewMatrix;
uniform mat4 p3d_ModelMatrix;
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
in vec4 p3d_Color; // √colour
in vec2 p3d_MultiTexCoord0;
out vec3 v_light;
out float v_alpha;
out vec2 v_uv;
out float v_fog;

void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    vec3 n = normalize(mat3(p3d_ModelMatrix) * p3d_Normal);
    float sky = 0.5 + 0.5 * n.z;
    float key = max(dot(n, vec3(0.36, 0.48, 0.80)), 0.0);
    v_light = p3d_Color.rgb * p3d_Color.rgb * (0.35 + 0.55 * sky + 0.75 * key);
    v_alpha = p3d_Color.a * p3d_Color.a;
    v_uv = p3d_MultiTexCoord0;
    v_fog = fog_share(length((p3d_ModelViewMatrix * p3d_Vertex).xyz));
}
