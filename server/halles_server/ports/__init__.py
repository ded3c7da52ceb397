"""The outside in our words: what services ask of storage, bus and clock.

Each port is a structural type with values of its own; ``storage``, ``cluster`` and tests' suites implement them. Every
call may raise ``Unavailable``; nothing of a driver's shows through.
"""
