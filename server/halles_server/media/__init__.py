"""Media: what is uploaded is looked at in a process that may die, written anew, and stored by the hash of its bytes.

``intake`` is what services call; ``worker`` runs ``child``, and only the child's modules (``pictures``, ``documents``,
``films``, ``models``) decode anything. ``folder`` and ``bucket`` store what is large.
"""
