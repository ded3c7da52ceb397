"""Whoever a web login stands for, as services ask for it."""

from halles.world.roles import Role
from halles_server.ports.people import Account
from halles_server.services.actor import Actor
from halles_server.web.reader import Reader


def actor_of(account: Account) -> Actor:
    """Returns the actor behind a login: it has no visit, since it asks through the pages."""
    return Actor(account.account, None, account.name, account.role, account.language, account.standing)


def asker(reader: Reader) -> Actor:
    """Returns the actor behind a page: whoever is logged in, else a guest without a visit."""
    return actor_of(reader.account) if reader.account is not None else Actor(None, None, "", Role.GUEST, reader.code)
