"""Visitors written from docs/protocol.md alone: websockets and msgpack, nothing of Halles.

usage: foreign_client.py WORLD_URL SCENES_FOLDER; sends one to each hall and prints what they saw as JSON.
"""

import asyncio
import contextlib
import json
import math
import struct
import sys
import time
import tomllib
import uuid
from pathlib import Path

import msgpack
import websockets

HELLO, ENTER_HALL, MOVE, READ_BOOTH, LEAVE = 1, 2, 3, 6, 9
WELCOMED, GOODBYE, HALL_ENTERED, AVATARS_ENTERED, POSE_BATCH = 64, 65, 66, 67, 69
NORMAL = 1000
CORRECTION, BOOTHS_LISTED, BOOTH_READ, REJECTED = 70, 71, 72, 79
RUN, PERIOD = 2.8, 0.1


def far_places(far):
    """Yields the number and the place, in metres, of everybody whom a far slice tells of."""
    if not far:
        return
    first, step, bits, unit, west, south = struct.unpack_from("<HHHHhh", far)
    who, places = far[12:], far[12 + (bits + 7) // 8 :]
    present = [bit for bit in range(bits) if who[bit // 8] >> bit % 8 & 1]
    for index, bit in enumerate(present):
        east, north = places[2 * index : 2 * index + 2]
        yield first + bit * step, ((west + unit * east) / 100, (south + unit * north) / 100)


class Visitor:
    def __init__(self, socket):
        self.socket = socket
        self.x = self.y = 0.0
        self.number = self.sequence = 0
        self.corrections = self.seen = 0
        self.waiting = {}

    async def listen(self):
        async for data in self.socket:
            code, *fields = msgpack.unpackb(data)
            if code == HALL_ENTERED:
                self.number = fields[2]
            elif code == POSE_BATCH:
                near, far = fields[2], fields[3]
                numbers = {struct.unpack_from("<H", near, i)[0] for i in range(0, len(near), 9)}
                numbers |= {number for number, _ in far_places(far)}
                self.seen = max(self.seen, len(numbers - {self.number}))
            elif code == CORRECTION:
                self.corrections += 1
                self.x, self.y = fields[1] / 100, fields[2] / 100
            elif code == REJECTED or (code == GOODBYE and fields[0] != NORMAL):
                raise SystemExit(f"refused: {fields}")
            if code in self.waiting:
                self.waiting.pop(code).set_result(fields)

    def expect(self, code):
        self.waiting[code] = asyncio.get_running_loop().create_future()
        return asyncio.wait_for(self.waiting[code], 10)

    async def send(self, *message):
        await self.socket.send(msgpack.packb(message))

    async def enter(self, hall, place=""):
        entered, listed = self.expect(HALL_ENTERED), self.expect(BOOTHS_LISTED)
        await self.send(ENTER_HALL, uuid.uuid4().bytes, hall, place)
        _, hall, _, x, y, _, _, people = await entered
        self.x, self.y = x / 100, y / 100
        return hall, people, (await listed)[1]

    async def walk_to(self, x, y):
        while (left := math.hypot(x - self.x, y - self.y)) > 0.05:
            share = min(1.0, RUN * PERIOD / left)
            self.x += (x - self.x) * share
            self.y += (y - self.y) * share
            heading = round(math.atan2(-(x - self.x), y - self.y) / math.tau * 65536) % 65536
            self.sequence += 1
            await self.send(MOVE, self.sequence, round(self.x * 100), round(self.y * 100), 0, heading, 16)
            await asyncio.sleep(PERIOD)

    async def pass_into(self, portal):
        """Walks into a passage and out of it; returns what is beyond and how long that took."""
        await self.walk_to(portal["x"], portal["y"])
        started = time.monotonic()
        hall, people, booths = await self.enter(portal["to"], "spawn:" + portal["arrive"])
        ms = round(1000 * (time.monotonic() - started))
        return {"hall": hall, "people": people, "booths": len(booths), "ms": ms}, booths


def passage(plan, hall):
    return next(row for row in plan["portals"] if row["to"] == hall)


async def visit(url, plans, which):
    """Walks from the crossroads along a line to the hall of this place in the list, back, and once in again."""
    async with websockets.connect(url, compression=None) as socket:
        me = Visitor(socket)
        listening = asyncio.create_task(me.listen())
        welcomed = me.expect(WELCOMED)
        look = [0, 0, 1, 0, 1]
        await me.send(HELLO, 1, 1, "guest", "", f"Étranger {which}", "fr", look, "foreign 1.0", True)
        _, _, _, name, _, _, _, halls, *_ = await welcomed
        await me.enter("crossroads")
        target = [card[0] for card in halls if card[0] != "crossroads"][which]
        crossroads = plans["crossroads"]
        line = next(row for row in crossroads["lines"] if row["colour"] == plans[target]["colour"])
        await me.walk_to(crossroads["spawns"][0]["x"], crossroads["spawns"][0]["y"])
        for x, y in line["points"][1:-1]:
            await me.walk_to(x, y)
        into, booths = await me.pass_into(passage(crossroads, target))
        read = me.expect(BOOTH_READ)
        await me.send(READ_BOOTH, uuid.uuid4().bytes, booths[0][0])
        content = (await read)[5]
        back, _ = await me.pass_into(passage(plans[target], "crossroads"))
        again, _ = await me.pass_into(passage(crossroads, target))
        await me.send(LEAVE)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(listening, 5)
        return {
            "name": name,
            "walked": [into, back, again],
            "booth": {"name": content[0], "pitch": content[3], "panels": len(content[4])},
            "corrections": me.corrections,
            "seen": me.seen,
            "closed": socket.close_code,
        }


async def main(url, folder):
    plans = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(folder).glob("*.toml")}
    reports = await asyncio.gather(*(visit(url, plans, which) for which in range(len(plans) - 1)))
    assert not [name for name in sys.modules if name.startswith("halles")], "this client knows nothing of Halles"
    print(json.dumps(reports))


asyncio.run(main(sys.argv[1], sys.argv[2]))
