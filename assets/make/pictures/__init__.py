"""How the demonstration's pictures are drawn: a surface, palettes, families of drawings, and layouts that join them."""
