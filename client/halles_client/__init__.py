"""The client: the world on a screen, and headless visitors."""
