"""The live world of one hall, pure: no I/O, no clock, no randomness; time is an argument where it matters."""
