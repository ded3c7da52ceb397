"""Values and rules of the shared world, pure: no I/O, no clock, no randomness."""
