"""A made-up room of 12 by 12 metres with one booth and one guide line."""

PLAN = """id = "tiny"
name = { fr = "a", nl = "b", en = "c" }
region = { fr = "a", nl = "b", en = "c" }
subject = { fr = "a", nl = "b", en = "c" }
colour = "b4452f"
style = "crane"
outline = [[-6.0, -6.0], [6.0, -6.0], [6.0, 6.0], [-6.0, 6.0]]
spawns = [{ id = "door", x = 4.0, y = -4.0, heading = 0.0 }]
slots = [{ id = "A1", size = "S", x = -3.0, y = 2.0, heading = -90.0 }]
lines = [{ points = [[4.0, -6.0], [4.0, 6.0]], colour = "ff0000", width = 1.0 }]
"""
