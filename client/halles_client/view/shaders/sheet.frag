// Neither fog nor tone: a screen keeps its black and its white.
uniform sampler2D p3d_Texture0;
in vec2 v_uv;
out vec4 fragment;

void main() { fragment = texture(p3d_Texture0, v_uv); }
