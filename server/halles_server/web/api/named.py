"""Values of the contract as JSON objects with names: the wire writes them as arrays, which nobody reads by hand.

A twin is derived from its value type, so that a field added to a booth is in the API by itself.
"""

import functools
import operator
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

_TWINS: Final[dict[type, type[msgspec.Struct]]] = {}
_ORIGINALS: Final[dict[type, type]] = {}
"""Each value type's twin, and back."""


def named_type(kind: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """Returns the twin of a value type: the same fields and limits, written as an object."""
    if known := _TWINS.get(kind):
        return known
    hints = get_type_hints(kind, include_extras=True)
    twin = msgspec.defstruct(
        kind.__name__,
        [_field(kind, name, hints[name]) for name in kind.__struct_fields__],
        frozen=True,
        forbid_unknown_fields=True,
        namespace={"__doc__": (kind.__doc__ or "").partition("\n")[0]},
    )
    _TWINS[kind], _ORIGINALS[twin] = twin, kind
    return twin


def named(value: Any) -> Any:
    """Returns a value with every struct in it as its twin."""
    if _is_array(type(value)):
        return named_type(type(value))(**{name: named(getattr(value, name)) for name in value.__struct_fields__})
    return tuple(named(part) for part in value) if isinstance(value, tuple) else value


def unnamed(value: Any) -> Any:
    """Returns a value with every twin in it as what it is the twin of."""
    if original := _ORIGINALS.get(type(value)):
        return original(**{name: unnamed(getattr(value, name)) for name in value.__struct_fields__})
    return tuple(unnamed(part) for part in value) if isinstance(value, tuple) else value


def _field(kind: type[msgspec.Struct], name: str, hint: Any) -> Any:
    defaults = kind.__struct_defaults__
    from_end = kind.__struct_fields__.index(name) - len(kind.__struct_fields__)
    if from_end < -len(defaults):
        return name, _twin(hint)
    return name, _twin(hint), named(defaults[from_end])


def _twin(hint: Any) -> Any:
    """Returns a type hint with every struct in it replaced."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Annotated[(_twin(parts[0]), *hint.__metadata__)]
    if origin is tuple:
        return tuple[tuple(part if part is Ellipsis else _twin(part) for part in parts)]  # type: ignore[misc]
    if origin in {Union, UnionType}:
        return functools.reduce(operator.or_, (_twin(part) for part in parts))
    return named_type(hint) if _is_array(hint) else hint


def _is_array(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct) and bool(kind.__struct_config__.array_like)
