"""What both sides of Halles execute: values, rules and the wire.

Belongs here: code that the server *and* the client import today. No I/O, no clock, no randomness.
"""

__version__ = "0.1.0"
