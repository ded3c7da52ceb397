"""One file for each thing that somebody does; both doors, the world and the pages, call the same functions.

Services decide with ``policies`` and pure rules, and act through ``ports``. They know no websockets, HTTP or SQL.
"""
