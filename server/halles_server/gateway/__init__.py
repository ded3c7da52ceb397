"""The part that holds connections: one TCP port, the websocket shell, who is in which hall, and the beat of the halls.

It turns bytes into calls of services and halls, and what they say into bytes. It decides nothing about rights and
knows no SQL and no page.
"""
