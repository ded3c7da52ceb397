"""Headless visitors on the same net and replica as the client; never the view."""
