in vec4 v_weights;
out vec4 o_colour;
void main() { o_colour = v_weights; }
