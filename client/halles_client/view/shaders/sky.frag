in vec3 v_colour;
out vec4 fragment;

void main() { fragment = vec4(v_colour, 1.0); }
