"""One websocket: the eight duties that the Sans-I/O library leaves to its user.

Belongs here: framing, sizes, rates, silence, closing. Not here: what a message means (``dispatch``), how frames go out
(``way_out``). Invariants: after
``close`` nothing but the farewell is written; a peer that does not read costs at most the outbox's cap and one portion;
no wait on a peer is without a deadline.
"""

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final, Protocol

from websockets.exceptions import InvalidState
from websockets.frames import BINARY, CONT, TEXT, Frame
from websockets.server import ServerProtocol

from halles.protocol.close_codes import ABNORMAL, RESUMABLE, CloseCode
from halles.protocol.conversation import Conversation
from halles.protocol.messages import Goodbye, Message
from halles.protocol.states import State
from halles_server.config import ServerConfig
from halles_server.gateway.outbox import frame_of
from halles_server.gateway.small_frames import bytes_on_the_wire, is_move, small_message
from halles_server.gateway.way_out import WayOut
from halles_server.observability import Metrics
from halles_server.services.limits import TokenBucket

if TYPE_CHECKING:
    from halles_server.gateway.request_queue import RequestQueue
    from halles_server.gateway.visits import Visit

FRAGMENT_CAP: Final = 8
"""Frames of one message."""

REASON_CAP: Final = 120
"""Bytes of a close frame's reason; the library throws above 123 (RFC 6455 section 5.5)."""

_BITE: Final = 2048
"""Bytes parsed at a time: at most 340 empty frames pass between two looks at the rate."""

_TALKING: Final = frozenset({State.ADMITTED, State.ENTERING, State.IN_HALL})

quiet: Final = logging.getLogger("halles.websocket")
"""The library's own log: a line for every connection, which ours has already."""
quiet.setLevel(logging.CRITICAL)


class Receiver(Protocol):
    """Who hears what a connection hears."""

    def take(self, connection: "Connection", data: bytes, now: float) -> None:
        """Takes one whole message."""

    def lost(self, connection: "Connection") -> None:
        """Hears that the connection is over."""


class Owner(Protocol):
    """Who keeps connections."""

    def greeted(self, connection: "Connection") -> None:
        """Hears that it has said ``Hello``."""

    def forget(self, connection: "Connection") -> None:
        """Hears that it is over."""


class Connection(asyncio.Protocol):
    """One peer's websocket, from the handshake's end to the loss of its TCP connection.

    Attributes:
        address: Whose it is.
        conversation: What may be said now.
        visit: The visit that it carries, once admitted.
        requests: What it asked for and was not yet done, once it asked.
        heard_at: When we last heard the peer; of moves, the tick that read them.
        out: The way out for frames.
        closing: Whether the farewell was said.
        unread: Whether it was closed since the peer did not read.
    """

    __slots__ = (
        "_config",
        "_deadline",
        "_deaf",
        "_lane",
        "_loop",
        "_metrics",
        "_owner",
        "_parts",
        "_pinged_at",
        "_protocol",
        "_rate",
        "_receiver",
        "_transport",
        "_unheard",
        "_unparsed",
        "address",
        "close_code",
        "closing",
        "conversation",
        "heard_at",
        "out",
        "requests",
        "unread",
        "visit",
    )

    def __init__(
        self,
        protocol: ServerProtocol,
        transport: asyncio.Transport,
        address: str,
        config: ServerConfig,
        metrics: Metrics,
    ) -> None:
        """Takes a protocol whose handshake is done; ``begin`` follows."""
        self.address = address
        self.conversation = Conversation()
        self.visit: Visit | None = None
        self.requests: RequestQueue | None = None
        self.closing = self.unread = False
        self.close_code: int = ABNORMAL
        self._protocol = protocol
        self._transport = transport
        self._config = config
        self._metrics = metrics
        self._loop = asyncio.get_running_loop()
        self.out = WayOut(transport, config.outbox_bytes, config.slow_s)
        self._rate = TokenBucket(config.frames_per_s, config.frames_burst)
        self._parts: list[bytes] = []
        # Bytes that the library has and no frame yet accounts for; 0 means that its parser is between two frames.
        self._unparsed = 0
        self._deaf = False
        self._lane: dict[Connection, bytes] | None = None
        self._unheard = 0  # moves that came by the lane since it was last cleared
        self.heard_at = self._pinged_at = self._loop.time()

    def begin(self, receiver: Receiver, owner: Owner) -> None:
        """Starts listening and the wait for ``Hello``."""
        self._receiver = receiver
        self._owner = owner
        self._deadline = self._loop.call_later(self._config.hello_s, self._no_hello)
        self.out.open()

    def greeted(self) -> None:
        """Ends the wait for ``Hello``."""
        self._deadline.cancel()
        self._owner.greeted(self)

    # --- in -------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Hears bytes; whole messages go on to the receiver."""
        if self._deaf:
            return
        between = not self._unparsed and not self._parts
        if self._lane is not None and between and is_move(data):
            self._lane[self] = data
            self._unheard += 1
            return
        now = self._loop.time()
        if self._unheard:
            self._hear_before(now)
        self.heard_at = now
        if between:
            message = small_message(data)
            if message is not None:
                self._hear_small(message, now)
                return
        self._unparsed += len(data)
        for start in range(0, len(data), _BITE):
            self._protocol.receive_data(data[start : start + _BITE] if len(data) > _BITE else data)
            for frame in self._protocol.events_received():
                if self._deaf:
                    return
                if not self._rate.take(now):
                    self.fail(CloseCode.TOO_FAST, "too many frames")
                    return
                self._unparsed -= bytes_on_the_wire(frame)  # type: ignore[arg-type]  # there are only frames now
                self._hear(frame, now)  # type: ignore[arg-type]
            if self._protocol.writes:
                self._pass_on()
            if self._deaf:
                return

    def walk_in(self, lane: "dict[Connection, bytes]") -> None:
        """From now on leaves each move in this lane by its frame, for whoever reads all at once.

        A newer one takes the place of an older one, which is then not even read: it would have been overruled.
        """
        self.forget_move()
        self._lane = lane

    def walk_out(self, lane: "dict[Connection, bytes]") -> None:
        """Ends ``walk_in`` to this lane, if it goes on; a move that nobody has read is forgotten."""
        if self._lane is lane:
            self.forget_move()
            self._lane = None

    def forget_move(self) -> None:
        """Takes a move that nobody has read out of the lane: what follows has overruled it."""
        if self._lane is not None:
            self._lane.pop(self, None)

    def take_rate(self, now: float) -> bool:
        """Counts the moves that came by the lane, which is read now, against the rate of frames.

        Args:
            now: The loop's time in seconds.

        Returns:
            False where they were too many, which closes the connection.
        """
        moves, self._unheard = self._unheard, 0
        self.heard_at = now
        if self._rate.take(now, moves):
            return True
        self.fail(CloseCode.TOO_FAST, "too many frames")
        return False

    def hear_alone(self, frame: bytes, now: float) -> None:
        """Hears a frame of the lane that is no valid move of full width, or not to be read with others."""
        message = small_message(frame)
        if message is not None and not self.closing:
            self._receiver.take(self, message, now)

    def _hear_before(self, now: float) -> None:
        """Hears the move that came before what comes now: nothing overtakes."""
        frame = self._lane.pop(self, None) if self._lane is not None else None
        if self.take_rate(now) and frame is not None:
            self.hear_alone(frame, now)

    def _hear_small(self, message: bytes, now: float) -> None:
        if not self._rate.take(now):
            self.fail(CloseCode.TOO_FAST, "too many frames")
        elif not self.closing:
            self._receiver.take(self, message, now)

    def _hear(self, frame: Frame, now: float) -> None:
        if self.closing:
            return
        if frame.opcode is BINARY and frame.fin:
            self._receiver.take(self, bytes(frame.data), now)
        elif frame.opcode is BINARY:
            self._parts = [bytes(frame.data)]
        elif frame.opcode is CONT:
            self._parts.append(bytes(frame.data))
            if len(self._parts) > FRAGMENT_CAP:
                self.fail(CloseCode.PROTOCOL_ERROR, f"over {FRAGMENT_CAP} fragments")
            elif frame.fin:
                parts, self._parts = self._parts, []
                self._receiver.take(self, b"".join(parts), now)
        elif frame.opcode is TEXT:
            self.fail(CloseCode.TEXT_REFUSED, "messages are binary")

    def connection_lost(self, exc: Exception | None) -> None:
        """Hears that the TCP connection is over."""
        if self._unheard and not self.closing:
            self._hear_before(self._loop.time())
        self._lane = None
        self._deaf = self.closing = True
        self.out.close()
        self._deadline.cancel()
        if self._protocol.close_rcvd is not None and self.close_code == ABNORMAL:
            self.close_code = self._protocol.close_rcvd.code
        self._metrics.closes.labels(str(int(self.close_code))).inc()
        self._owner.forget(self)
        self._receiver.lost(self)

    # --- out ------------------------------------------------------------------------------------------------

    def send(self, message: Message) -> None:
        """Queues a RELIABLE message of this peer's own; ``flush`` or the next tick writes it."""
        if not self.closing:
            self.conversation.sent(message)
            self.send_frame(frame_of(message))

    def send_frame(self, frame: bytes) -> None:
        """Queues a RELIABLE frame that others may get as well."""
        if not self.out.put(frame):
            self._give_up("too much waits unread")

    @property
    def resumable(self) -> bool:
        """Whether the visit may come back: the peer went without ``Leave``, or we sent it away for a while."""
        return self.close_code in RESUMABLE or bool(self._protocol.close_rcvd_then_sent)

    def pause_writing(self) -> None:
        """Hears that the peer has left something unread."""
        self.out.block()

    def resume_writing(self) -> None:
        """Hears that the peer has read everything."""
        self.out.unblock()

    # --- time and ends --------------------------------------------------------------------------------------

    def check(self, now: float) -> None:
        """Looks at the clock: pings a silent peer, gives up on one that neither reads nor speaks."""
        if self.closing:
            return
        silent = now - self.heard_at
        if self.out.unread_s(now) > self._config.unread_s:
            self._give_up("nothing was read for too long")
        elif silent > self._config.silence_s:
            self.close(Goodbye(CloseCode.TOO_SLOW, "nothing was heard for too long"))
        elif silent > self._config.ping_s and now - self._pinged_at > self._config.ping_s:
            self._pinged_at = now
            self._protocol.send_ping(b"")
            self._pass_on()

    def _give_up(self, text: str) -> None:
        self.unread = True
        self.close(Goodbye(CloseCode.TOO_SLOW, text))

    def close(self, goodbye: Goodbye) -> None:
        """Says goodbye, closes, and gives the peer ``close_s`` to answer."""
        if self._farewell(goodbye):
            with contextlib.suppress(InvalidState):  # the peer closed first
                self._protocol.send_close(goodbye.code, close_reason(goodbye.text))
            self._pass_on()

    def cut(self) -> None:
        """Ends the TCP connection now."""
        self._transport.abort()

    def fail(self, code: int, text: str) -> None:
        """As ``close``, for a peer that is not to be heard any more."""
        if self._farewell(Goodbye(code, text)):
            self._protocol.fail(code, close_reason(text))
            self._pass_on()

    def _farewell(self, goodbye: Goodbye) -> bool:
        """Writes what waits and the goodbye; False when that was done before."""
        if self.closing:
            return False
        waiting = self.out.close()
        self.forget_move()
        self._lane = None
        self.closing = True
        self.close_code = goodbye.code
        self.conversation.sent(goodbye)
        # Who has left 256 KiB unread is not given more.
        self._transport.writelines([*(waiting if goodbye.code != CloseCode.TOO_SLOW else ()), frame_of(goodbye)])
        self._deadline.cancel()
        self._deadline = self._loop.call_later(self._config.close_s, self._transport.abort)
        return True

    def _pass_on(self) -> None:
        """Writes what the library wants written."""
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._end()

    def _end(self) -> None:
        """Ends the TCP connection after a close handshake or a failure."""
        ours, theirs = self._protocol.close_sent, self._protocol.close_rcvd
        if self.close_code == ABNORMAL and ours is not None:
            self.close_code = ours.code
        self._deaf = True
        if theirs is not None:
            self._transport.close()
            return
        # What the peer still sends is read and dropped for a while: a reset would swallow our close frame.
        self.closing = True
        self.out.close()
        if self._transport.is_closing():
            return
        self._transport.write_eof()
        self._deadline.cancel()
        self._deadline = self._loop.call_later(self._config.close_s, self._transport.abort)

    def _no_hello(self) -> None:
        self.close(Goodbye(CloseCode.NOT_ADMITTED, "no Hello in time"))


def close_reason(text: str) -> str:
    """Returns a text as far as a close frame holds it: whole letters in ``REASON_CAP`` bytes."""
    return text.encode(errors="replace")[:REASON_CAP].decode(errors="ignore")
