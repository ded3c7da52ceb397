"""The server: one live world, its database, its pages."""
