"""Films: decoded by a process of their own, which may die of what it is given."""
