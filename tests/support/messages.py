"""Hypothesis strategies for every message of the table, made from the messages' own types and caps."""

import typing
from enum import StrEnum
from types import UnionType

import msgspec
from hypothesis import strategies as st

from halles.protocol.messages import Message
from halles.world import booth

_PATTERNS = {
    r"^(screen|poster-([1-9]|1[0-2]))$": st.sampled_from(["screen", *(f"poster-{n}" for n in range(1, 13))]),
}


def message(kind: type[Message]) -> st.SearchStrategy[Message]:
    """Any legal message of a type."""
    return typing.cast("st.SearchStrategy[Message]", value_of(kind))


def value_of(hint: typing.Any, meta: msgspec.Meta | None = None) -> st.SearchStrategy[typing.Any]:
    """Any legal value of a type as the table uses it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hasattr(hint, "__metadata__"):
        return value_of(hint.__origin__, hint.__metadata__[0])
    if hasattr(hint, "__supertype__"):
        return value_of(hint.__supertype__, meta)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple and arguments[-1] is Ellipsis:
        least = (meta.min_length if meta else 0) or 0
        most = meta.max_length if meta and meta.max_length is not None else least + 3
        return st.lists(value_of(arguments[0]), min_size=least, max_size=min(most, least + 3)).map(tuple)
    if origin is tuple:
        return st.tuples(*(value_of(argument) for argument in arguments))
    if origin in (typing.Union, UnionType):
        return st.one_of(*(value_of(argument) for argument in arguments))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = typing.get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{name: value_of(inner) for name, inner in hints.items()})
    if hint is str:
        return _text(meta)
    if hint is bytes:
        size = meta.max_length if meta else None
        return st.binary(min_size=(meta.min_length if meta else 0) or 0, max_size=size if size is not None else 64)
    if hint is int:
        return _integer(meta)
    return {bool: st.booleans(), type(None): st.none()}[hint]


def _text(meta: msgspec.Meta | None) -> st.SearchStrategy[str]:
    if meta and meta.pattern:
        return _PATTERNS[meta.pattern]
    cap = min((meta.max_length if meta and meta.max_length is not None else 40), booth.NAME_CAP)
    return st.text(st.characters(exclude_categories=("Cs",)), max_size=cap)


def _integer(meta: msgspec.Meta | None) -> st.SearchStrategy[int]:
    least = int(meta.ge) if meta and meta.ge is not None else 0
    most = 0xFFFF
    if meta and meta.le is not None:
        most = int(meta.le)
    elif meta and meta.lt is not None:
        most = int(meta.lt) - 1
    return st.integers(least, most)
