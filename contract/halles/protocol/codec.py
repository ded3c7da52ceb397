"""Bytes to messages and back: MessagePack arrays ``[code, field, …]``.

``pack``, ``unpack`` and ``typed`` are the rules without the table, for values that follow them elsewhere.

The decoder is a fortress: whatever the bytes, it returns a valid message of the wanted direction or raises
``RemoteProtocolError``; nothing else leaves it. Sizes, nesting and types are bounded by MessagePack's own limits
first and by the message's type second; MessagePack's extension types are refused.
"""

from typing import Any, Final, Literal, TypeVar, get_type_hints

import msgpack
import msgspec

from halles.errors import RemoteProtocolError
from halles.protocol import wide_move
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import Hello, Message, Move
from halles.protocol.table import BY_CODE, BY_TYPE, Direction
from halles.protocol.version import NEWEST, agree

TO_SERVER_CAP: Final = 16 * 1024
"""Bytes of one message from a client; an edit of the longest text in any letters fits, a longer edit goes in parts."""

TO_CLIENT_CAP: Final = 256 * 1024
"""Bytes of one message from the server; the largest that the limits allow, 64 halls, takes under 200 KiB."""


_HELLO_FIELDS: Final = 1 + len(Hello.__struct_fields__)
"""Of the array, its code included."""

_BOUNDS: Final[dict[str, Any]] = {
    "raw": False,
    "strict_map_key": True,
    "max_array_len": 4096,
    "max_map_len": 0,
    "max_ext_len": 0,
}
"""What a value may be: no maps, no extension types, text in UTF-8."""

_UNREADABLE: Final = (ValueError, TypeError, msgpack.UnpackException, RecursionError, OverflowError)
"""msgpack's errors derive from ValueError or UnpackException; UnicodeDecodeError is a ValueError."""

_MOVE: Final[msgspec.msgpack.Decoder[Any]] = msgspec.msgpack.Decoder(
    tuple[(Literal[BY_TYPE[Move].code], *get_type_hints(Move, include_extras=True).values())]  # type: ignore[misc]
)
"""The commonest message of all has a way of its own: read and validated in one go, in a quarter of the time."""

_WRITER: Final = msgspec.msgpack.Encoder()

# msgspec learns a type when it is first needed, and a thread that comes in between reads half of that: a crash.
for _row in BY_CODE.values():
    msgspec.msgpack.Decoder(_row.type)

T = TypeVar("T", bound=msgspec.Struct)


def encode(message: Message) -> bytes:
    """Returns a message's bytes.

    Raises:
        LocalProtocolError: A ``Move`` whose fields are no integers of their types.
    """
    if type(message) is Move:
        return wide_move.write(message)
    return pack(BY_TYPE[type(message)].code, message)


def decode(data: bytes, direction: Direction) -> Message:
    """Reads one message that travels in ``direction``.

    Raises:
        RemoteProtocolError: Always with the code TOO_BIG or BAD_MESSAGE, for whatever is wrong.
    """
    if data[:2] == wide_move.BEGINS and direction is Direction.TO_SERVER:
        try:
            return Move(*_MOVE.decode(data)[1:])
        except msgspec.DecodeError:
            pass  # what is wrong with it, or that it is shorter, is found out below
    cap = TO_SERVER_CAP if direction is Direction.TO_SERVER else TO_CLIENT_CAP
    try:
        fields = unpack(data, cap)
    except RemoteProtocolError:
        fields = _stepped_over(data, _HELLO_FIELDS)
        if not _is_newer_hello(fields):
            raise
    row = BY_CODE.get(fields[0])
    if row is None or row.direction is not direction:
        raise _bad(f"no message {fields[0]} in this direction")
    return typed(_known(fields)[1:], row.type)


def pack(code: int, value: msgspec.Struct) -> bytes:
    """Returns a value's bytes."""
    return _WRITER.encode((code, *msgspec.structs.astuple(value)))


def unpack(data: bytes, cap: int) -> list[Any]:
    """Reads an array that begins with a code, and nothing else of it; ``RemoteProtocolError``."""
    if len(data) > cap:
        raise RemoteProtocolError(CloseCode.TOO_BIG, f"{len(data)} bytes, at most {cap}")
    fields = _unpack(data, cap)
    if type(fields) is not list or not fields or type(fields[0]) is not int:
        raise _bad("not an array that begins with a code")
    return fields


def typed(fields: list[Any], kind: type[T]) -> T:
    """Turns what follows the code into a value of a type; ``RemoteProtocolError``."""
    try:
        # Told that bytes are native, msgspec takes no base64 text in their place.
        return msgspec.convert(fields, kind, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        raise _bad(f"{kind.__name__}: {_fault(str(error))}") from None
    except (RecursionError, UnicodeError):
        raise _bad(f"{kind.__name__}: not readable") from None


def hello_versions(data: bytes) -> tuple[int, int] | None:
    """Reads oldest and newest version from a ``Hello`` of any version, whose other fields we may not know.

    So that a newer client is told what this side speaks rather than that its message is bad. None when it is no Hello.
    """
    return _versions(_stepped_over(data, 3))


def _stepped_over(data: bytes, known: int) -> list[Any]:
    """Reads an array's first values and steps over all others, whatever MessagePack they hold; empty if that fails."""
    unpacker = msgpack.Unpacker(max_buffer_size=TO_SERVER_CAP, ext_hook=_refuse_ext, **_BOUNDS)
    try:
        unpacker.feed(data)
        length = unpacker.read_array_header()
        fields = [unpacker.unpack() for _ in range(min(length, known))]
        for _ in range(length - len(fields)):
            unpacker.skip()
        return fields if unpacker.tell() == len(data) else []
    except _UNREADABLE:
        return []


def _versions(fields: list[Any]) -> tuple[int, int] | None:
    """Returns oldest and newest version where these are the fields of a ``Hello``."""
    if len(fields) > 2 and type(fields[0]) is int and fields[0] == BY_TYPE[Hello].code:
        oldest, newest = fields[1:3]
        if type(oldest) is int and type(newest) is int:
            return oldest, newest
    return None


def _known(fields: list[Any]) -> list[Any]:
    """Leaves out what a newer peer's ``Hello`` says beyond our fields, where we have a version in common.

    Else the first new field would end all negotiation: what is spoken is agreed on only by this very message.
    """
    return fields[:_HELLO_FIELDS] if _is_newer_hello(fields) else fields


def _is_newer_hello(fields: list[Any]) -> bool:
    versions = _versions(fields)
    return versions is not None and versions[1] > NEWEST and agree(*versions) is not None


def _fault(text: str) -> str:
    """Says where a value is wrong and what was expected of it; msgspec's other texts repeat the value itself."""
    kind, _, where = text.rpartition(" - at ")
    kind, where = (kind, where) if kind else (where, "`$`")
    return f"{kind if kind.startswith('Expected ') else 'not an allowed value'} at {where}"


def _unpack(data: bytes, cap: int) -> Any:
    """Unpacks without extension types; lists, not tuples; text must be UTF-8."""
    try:
        return msgpack.unpackb(
            data,
            ext_hook=_refuse_ext,
            max_str_len=cap,
            max_bin_len=cap,
            **_BOUNDS,
        )
    except _UNREADABLE:
        raise _bad("not MessagePack as this protocol uses it") from None


def _refuse_ext(code: int, data: bytes) -> Any:
    raise ValueError("extension types are not used")


def _bad(text: str) -> RemoteProtocolError:
    return RemoteProtocolError(CloseCode.BAD_MESSAGE, text)
