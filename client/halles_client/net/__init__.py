"""Connections to a server: websockets and the codec, no world."""
