"""Whoever a web login stands for, as services ask for it."""

from halles_server.ports.people import Account
from halles_server.services.actor import Actor


def actor_of(account: Account) -> Actor:
    """Returns the actor behind a login: it has no visit, since it asks through the pages."""
    return Actor(account.account, None, account.name, account.role, account.language, account.standing)
