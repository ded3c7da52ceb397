"""Measurements of speed and memory, each one command: ``python -m bench crowd --clients 1000 --hz 10``."""
