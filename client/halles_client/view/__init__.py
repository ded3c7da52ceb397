"""Everything that imports panda3d or direct."""
