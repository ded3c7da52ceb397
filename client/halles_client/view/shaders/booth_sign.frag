uniform sampler2D p3d_Texture0;
in vec2 v_uv;
in vec3 v_colour;
out vec4 fragment;

void main() { fragment = vec4(v_colour, texture(p3d_Texture0, v_uv).r); }
