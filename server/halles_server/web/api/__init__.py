"""The JSON API: what a program may read and do with a personal token, described as OpenAPI.

Every operation stands in one table (``operations``); routes, description and tests come from it.
"""
