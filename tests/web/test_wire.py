"""The wire as the pages read it, in a real browser: the same messages as the contract's, and nothing else."""

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from halles.ids import VisitId
from halles.protocol import codec, far_slice, pose_batch
from halles.protocol.backstage_messages import ReadBackstage, SayBackstage
from halles.protocol.booth_messages import AnswerBell, CancelRing, LeaveMessage, RingBell
from halles.protocol.live_messages import ActLive, PointAt, SayCaption
from halles.protocol.messages import EnterHall, Hello, Leave, ListPeople, Message, Move, ReadBoothChat, Say, Welcomed
from halles.protocol.public_messages import AskQuestion, VotePoll, VoteQuestion
from halles.protocol.table import TABLE, Direction, Row
from halles.world.live import Chair, Film, Floor, LivePerson, LiveState, film_position_ms
from halles.world.live_acts import GiveFloor, RaiseHand, RunFilm, ShowOnScreen
from halles.world.look import Look
from halles.world.roles import Role
from halles_server.web.live_acts import act_of, public_of
from halles_server.web.shelf import Shelf
from tests.support.browser import opened
from tests.support.messages import message
from tests.support.page_door import PageDoor

UNREAD: Final = {"look", "halls"}
"""Fields that pages do not look into."""

# What goes to and fro is text: playwright would make an object of every byte, which takes longer than all the rest.
BYTES: Final = "Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16))"

READ: Final = (
    f"const bytes = text => {BYTES};"
    + """
    const [address, frames] = JSON.parse(given), wire = await import(address);
    const plain = value => value instanceof Uint8Array ? [...value]
        : Array.isArray(value) ? value.map(plain)
        : value && typeof value === "object"
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)])) : value ?? null;
    return frames.map(frame => {
        try { return plain(wire.read(bytes(frame))); }
        catch (problem) { return problem instanceof wire.WireError ? "refused" : `fault: ${problem}`; }
    });
"""
)

WRITE = """async ([address, name, fields]) => {
    const wire = await import(address);
    const id = Uint8Array.from({length: 16}, (_, i) => i * 16);
    const bare = ["hello", "move", "pointAt"].includes(name);
    return [...wire[name](...(fields === null ? [] : bare ? fields : [id, ...fields]))];
}"""

SAID = """async ([acts, wire, words, { position, now, free, floor }]) => {
    const [{ fieldsOf }, { doLive }] = [await import(acts), await import(wire)];
    const id = Uint8Array.from({length: 16}, (_, i) => i * 16);
    const moment = { position: () => position, now: () => now, free, floor };
    return words.map(one => [...doLive(id, "debate", ...fieldsOf(one, moment))]);
}"""

POSES: Final = (
    f"const bytes = text => {BYTES};"
    + """
    const [address, name, frames] = JSON.parse(given), poses = await import(address);
    return frames.map(frame => {
        const told = [];
        try { poses[name](bytes(frame), (...one) => told.push(one)); }
        catch (problem) { return problem.constructor.name; }
        return told;
    });
"""
)

RANDOM_ID: Final = bytes(i * 16 for i in range(16))

LINKED = (
    """async ([address, failures, asked, chance]) => (await import(address)).pause(failures, asked, () => chance)"""
)


GONE_ON = """async ([address, welcome]) => {
    const { Link } = await import(address);
    const opened = [];
    const real = window.WebSocket;
    window.WebSocket = class extends EventTarget {
        static OPEN = 1;
        constructor(url) { super(); this.readyState = 1; this.said = []; opened.push({ url, socket: this }); }
        send(bytes) { this.said.push([...bytes]); }
        close() {}
    };
    const tell = (kind, more) => opened.at(-1).socket.dispatchEvent(Object.assign(new Event(kind), more));
    const link = new Link({
        address: "ws://one/world", token: "", credentials: async () => ({ way: "guest", secret: "", name: "Ada" }),
        hear() {}, change() {},
    });
    const next = async (how) => { await how(); link.hasten(); await new Promise((done) => setTimeout(done)); };
    await next(() => link.open());
    await next(() => {
        tell("message", { data: Uint8Array.from(welcome).buffer });
        tell("close", { code: 1012 });
    });
    await next(() => tell("close", { code: 1006 }));
    const way = opened[1].socket;
    way.dispatchEvent(new Event("open"));
    window.WebSocket = real;
    link.release();
    return [opened.map(({ url }) => url), way.said];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, page_door: PageDoor) -> Iterator[Page]:
    with opened(browser, f"{page_door.url}/en/conduct") as page:
        yield page


def run(page: Page, script: str, *given: Any) -> Any:
    """Runs a script in the page; what it is given holds bytes, which it reads from text."""
    text = json.dumps(given, default=bytes.hex)
    return json.loads(page.evaluate(f"async given => JSON.stringify(await (async () => {{{script}}})())", text))


def address(page_door: PageDoor, name: str) -> str:
    return Shelf(page_door.opened.services.scenes).address(name)


def agrees(told: Any, sent: Any) -> bool:
    """Tells whether what the page read is what was sent, as far as it looked."""
    if isinstance(told, dict):
        values = sent if isinstance(sent, tuple) else [getattr(sent, name) for name in told]
        return all(agrees(inner, value) for inner, value in zip(told.values(), values, strict=True))
    if isinstance(told, list):
        rows = list(sent)
        return len(told) == len(rows) and all(agrees(one, other) for one, other in zip(told, rows, strict=True))
    return bool(told == sent)


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.direction is Direction.TO_CLIENT], ids=lambda row: row.type.__name__
)
def test_a_message_is_read_as_it_was_sent_and_never_when_it_is_cut_short(
    page: Page, page_door: PageDoor, row: Row
) -> None:
    wire = address(page_door, "wire.js")

    @settings(max_examples=15, deadline=None)
    @given(message(row.type))
    def same(sent: Message) -> None:
        data = codec.encode(sent)
        ends = {*range(0, len(data), max(1, len(data) // 64)), len(data) - 1}
        told, *cut = run(page, READ, wire, [data, *(data[:end] for end in ends)])
        assert set(cut) == {"refused"}
        if told is None:  # a kind that pages do not know is passed over
            return
        assert told.pop("kind") == row.type.__name__
        assert {name for name, value in told.items() if value is None} <= UNREAD
        assert agrees({name: value for name, value in told.items() if value is not None}, sent)

    same()


def test_arbitrary_bytes_are_refused_or_passed_over_and_nothing_else(page: Page, page_door: PageDoor) -> None:
    wire = address(page_door, "wire.js")

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.binary(max_size=200), min_size=10, max_size=40))
    def harmless(frames: list[bytes]) -> None:
        coded = [bytes((0x92, *frame)) for frame in frames]
        for told in run(page, READ, wire, [*frames, *coded]):
            assert told is None or told == "refused" or isinstance(told, dict), told

    harmless()


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x2a",
        b"\x90",
        b"\xa1a",
        b"\x91\xc0",
        b"\x91\xcb\x40\x50\x00\x00\x00\x00\x00\x00",
        b"\x92\x40\x81\x01\x02",
        b"\x92\x40\xd4\x01\x02",
        b"\x92\x4f\xa1\xff",
        b"\x91\x50\x00",
        b"\x91" * 9 + b"\x01",
        b"\x91" * 200_000 + b"\x01",
        b"\xdd\xff\xff\xff\xff",
        b"\xdd\x00\x00\x20\x00" + b"\x01" * 8192,
        b"\xdb\xff\xff\xff\xffabc",
        b"\xc6\x7f\xff\xff\xffabc",
        b"\x91\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x92\x44\x91\xa1a",
        b"\x92\x50\xc4\xff" + b"\x00" * 262_144,
    ],
    ids=lambda frame: frame[:8].hex() + f"-{len(frame)}",
)
def test_what_is_no_message_of_this_wire_is_refused(page: Page, page_door: PageDoor, frame: bytes) -> None:
    assert run(page, READ, address(page_door, "wire.js"), [frame]) == ["refused"]


def test_a_newer_server_may_say_more_at_the_end_and_things_that_pages_do_not_know(
    page: Page, page_door: PageDoor
) -> None:
    more = msgspec.msgpack.encode((68, (7, 8), "more", (1,)))
    unknown = msgspec.msgpack.encode((127, "whatever"))
    told = run(page, READ, address(page_door, "wire.js"), [more, unknown])
    assert told == [{"kind": "AvatarsLeft", "numbers": [7, 8]}, None]


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=120), st.integers(0, 11))
def test_what_a_page_says_is_what_the_contract_hears(page: Page, page_door: PageDoor, text: str, coat: int) -> None:
    wire = address(page_door, "wire.js")

    def heard(name: str, fields: list[Any] | None) -> Message:
        return codec.decode(bytes(page.evaluate(WRITE, [wire, name, fields])), Direction.TO_SERVER)

    asked = {"way": "guest", "secret": "", "name": text, "language": "nl", "look": [coat]}
    said = heard("hello", [asked])
    assert isinstance(said, Hello)
    assert (said.way, said.name, said.look.coat, said.conduct, said.kind) == ("guest", text, coat, True, "person")
    assert heard("enterHall", ["lille", text]) == EnterHall(RANDOM_ID, "lille", text)
    assert heard("say", ["hall", text]) == Say(RANDOM_ID, "hall", text)
    assert heard("say", ["booth", text, "studio-07"]) == Say(RANDOM_ID, "booth", text, "studio-07")
    assert heard("readBoothChat", ["studio-07"]) == ReadBoothChat(RANDOM_ID, "studio-07")
    assert heard("ringBell", ["studio-07"]) == RingBell(RANDOM_ID, "studio-07")
    assert heard("cancelRing", [70_000]) == CancelRing(RANDOM_ID, 70_000)
    assert heard("answerBell", [7]) == AnswerBell(RANDOM_ID, 7)
    assert heard("leaveMessage", [7, text]) == LeaveMessage(RANDOM_ID, 7, text)
    acts = (RaiseHand(), GiveFloor(text[:10], 60), RunFilm(1, 70_000, True), ShowOnScreen("question", 7))
    for act in acts:
        assert heard("doLive", ["debate", *msgspec.to_builtins(act)]) == ActLive(RANDOM_ID, "debate", act)
    assert heard("doLive", ["debate", "vote-question", 7, True]) == VoteQuestion(RANDOM_ID, "debate", 7, True)
    assert heard("doLive", ["debate", "vote-poll", 7, [0, 2]]) == VotePoll(RANDOM_ID, "debate", 7, (0, 2))
    assert heard("askQuestion", ["debate", "nl", text]) == AskQuestion(RANDOM_ID, "debate", "nl", text)
    assert heard("sayCaption", ["debate", "nl", text]) == SayCaption(RANDOM_ID, "debate", "nl", text)
    assert heard("sayBackstage", ["debate", text]) == SayBackstage(RANDOM_ID, "debate", text)
    assert heard("readBackstage", ["debate"]) == ReadBackstage(RANDOM_ID, "debate")
    assert heard("pointAt", ["debate", 0, 10_000, True]) == PointAt("debate", 0, 10_000, True)
    place = [7, -31_999, 31_999, 510, 65_535, 1]
    assert heard("move", place) == Move(*place)
    assert heard("listPeople", None) == ListPeople()
    assert heard("leave", None) == Leave()


KEPT = """async (address) => {
    const { keep, kept } = await import(address);
    keep("halles-test", "on");
    const before = kept("halles-test");
    const real = Object.getOwnPropertyDescriptor(window, "localStorage");
    const blocked = { configurable: true, get() { throw new DOMException("blocked", "SecurityError"); } };
    Object.defineProperty(window, "localStorage", blocked);
    keep("halles-test", "off");
    const meanwhile = kept("halles-test");
    Object.defineProperty(window, "localStorage", real);
    return [before, meanwhile, kept("halles-test")];
}"""


def test_a_browser_that_keeps_nothing_for_pages_stops_no_script(page: Page, page_door: PageDoor) -> None:
    assert page.evaluate(KEPT, address(page_door, "words.js")) == ["on", None, "on"]


WORDS: Final = (
    *("raise-hand", "lower-hand a1", "take-floor", "yield-floor a1", "take-chair free", "leave-chair", "seat a1 free"),
    *("give-floor a1 120", "give-floor a1 +60", "give-floor b2 +60", "move-hand a1 first", "make-presenter "),
    *("show-page 0 12", "show question 7", "count-down 300", "freeze-chat true", "lock-door false", "step start"),
    *("run-film 1 now false", "run-film 1 now+10000 true", "run-film 1 now-10000 true", "run-film 1 0 false"),
    *("vote-question 7 true", "decide-question 7 pin", "set-asking free", "attend true", "decide-poll 3 close"),
    *("vote-poll 3 0,2,", "vote-poll 3 ,", "set-mode stage-only", "record false"),
)


def test_what_a_button_says_means_the_same_to_the_script_and_to_the_form(page: Page, page_door: PageDoor) -> None:
    now_ms, film = 1_700_000_004_000, Film(1, True, 5_000, 1_700_000_000_000)
    speaks = Floor(LivePerson("a1", VisitId(""), "Ada", "fr"), 0, now_ms + 12_345)
    state = LiveState(film=film, floor=(speaks,), chairs=(Chair(0, speaks.person, 0),))
    floor = [{"person": {"key": "a1"}, "until_ms": speaks.until_ms}]
    moment = {"position": film_position_ms(film, now_ms), "now": now_ms, "free": 1, "floor": floor}
    acts, wire = address(page_door, "acts.js"), address(page_door, "wire.js")
    for words, sent in zip(WORDS, page.evaluate(SAID, [acts, wire, list(WORDS), moment]), strict=True):
        public = public_of(words, RANDOM_ID, "debate")
        meant = public or ActLive(RANDOM_ID, "debate", act_of(words, state, now_ms))
        assert codec.decode(bytes(sent), Direction.TO_SERVER) == meant, words


numbers = st.lists(st.integers(0, 200), unique=True, max_size=40).map(sorted)
metres = st.integers(-32_000, 32_000)


@settings(max_examples=40, deadline=None)
@given(numbers, st.data())
def test_near_and_far_places_are_read_as_they_were_packed(
    page: Page, page_door: PageDoor, found: list[int], data: st.DataObject
) -> None:
    poses = address(page_door, "poses.js")
    places = [(number, data.draw(metres), data.draw(metres)) for number in found]
    near = np.array([(*place, 7, 0x11, 3) for place in places], dtype=pose_batch.NEAR).tobytes()
    far = far_slice.pack(np.array([(3 * n + 5, x, y, 0) for n, x, y in places], dtype=far_slice.FAR), 3)
    cut = [far[:end] for end in range(1, len(far))]
    told_near, short = run(page, POSES, poses, "readNear", [near, near[:-1]])
    told_far, *refused = run(page, POSES, poses, "readFar", [far, *cut])
    assert [tuple(one) for one in told_near] == [(*place, 1) for place in places]
    assert short == ("WireError" if places else [])
    known = far_slice.read(far)
    expected = [(int(row["number"]), int(row["x"]), int(row["y"]), known.unit) for row in known.records]
    assert [tuple(one) for one in told_far] == expected
    assert set(refused) <= {"WireError"}


@pytest.mark.parametrize(
    ("failures", "asked", "chance", "wait"),
    [(0, 0, 1, 500), (0, 0, 0, 250), (3, 0, 1, 4000), (50, 0, 1, 15_000), (0, 5000, 0, 5000), (0, 5000, 1, 6000)],
)
def test_a_page_waits_longer_from_try_to_try_by_chance_and_never_less_than_asked(
    page: Page, page_door: PageDoor, failures: int, asked: int, chance: float, wait: float
) -> None:
    link = address(page_door, "link.js")
    assert page.evaluate(LINKED, [link, failures, asked, chance]) == wait


def test_a_visit_whose_node_stops_goes_on_at_another_and_comes_round_again(page: Page, page_door: PageDoor) -> None:
    welcome = codec.encode(
        Welcomed(1, VisitId("v"), "token", "Ada", Role.GUEST, "fr", Look(), (), 20, elsewhere=("ws://two/world",))
    )
    opened, (said,) = page.evaluate(GONE_ON, [address(page_door, "link.js"), list(welcome)])
    assert opened == ["ws://one/world", "ws://two/world", "ws://one/world"]
    hello = codec.decode(bytes(said), Direction.TO_SERVER)
    assert isinstance(hello, Hello)
    assert (hello.way, hello.secret) == ("resume", "token")


def test_a_token_that_was_given_under_tls_goes_to_no_address_without(page: Page, page_door: PageDoor) -> None:
    ways = """async ([address]) => {
        const addresses = new (await import(address)).Addresses("wss://one/world");
        addresses.learn(["ws://bare/world", "wss://two/world", "https://three/"]);
        return [1, 2, 3].map(() => { addresses.advance(); return addresses.current; });
    }"""
    found = page.evaluate(ways, [address(page_door, "link.js")])
    assert found == ["wss://two/world", "wss://one/world", "wss://two/world"]
