"""The page door: the show as pages that anybody can read without the 3D world.

``app.build`` makes the Starlette application; one module for each subject holds its routes. Pages call services and
never storage. Every act is a form that works without script, every reading page needs no cookie.
"""
