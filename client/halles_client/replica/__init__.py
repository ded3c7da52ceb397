"""The world as the client believes it, pure: no I/O, no clock."""
