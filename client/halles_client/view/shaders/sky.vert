// What glass shows: a calm sky, paler towards the horizon, infinitely far. Drawn last, where nothing else is.
uniform mat4 p3d_ProjectionMatrix;
uniform mat4 p3d_ModelViewMatrix;
uniform vec4 background; // screen colour half way up
in vec4 p3d_Vertex;      // a dome of radius 1
out vec3 v_colour;

void main() {
    vec4 place = p3d_ProjectionMatrix * vec4(mat3(p3d_ModelViewMatrix) * p3d_Vertex.xyz * 10.0, 1.0);
    gl_Position = vec4(place.xy, place.w * 0.99999, place.w);
    v_colour = background.rgb * mix(vec3(1.10, 1.07, 1.03), vec3(0.84, 0.93, 1.02), sqrt(clamp(p3d_Vertex.z, 0.0, 1.0)));
}
