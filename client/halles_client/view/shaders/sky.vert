// What glass shows: a calm sky, paler towards the horizon, and land, infinitely far. Drawn last, where nothing else is.
uniform mat4 p3d_ProjectionMatrix;
uniform mat4 p3d_ModelViewMatrix;
uniform vec4 background; // screen colour half way up
in vec4 p3d_Vertex;      // on a sphere of radius 1
in vec2 p3d_MultiTexCoord0; // x: 0 sky, 1 land
out vec3 v_colour;

void main() {
    vec4 place = p3d_ProjectionMatrix * vec4(mat3(p3d_ModelViewMatrix) * p3d_Vertex.xyz * 10.0, 1.0);
    float land = p3d_MultiTexCoord0.x;
    gl_Position = vec4(place.xy, place.w * (0.99999 - 0.00001 * land), place.w);
    vec3 sky = mix(vec3(1.10, 1.07, 1.03), vec3(0.84, 0.93, 1.02), sqrt(clamp(p3d_Vertex.z, 0.0, 1.0)));
    v_colour = background.rgb * mix(sky, vec3(0.80, 0.845, 0.78), land);
}
