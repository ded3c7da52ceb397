"""A visitor written from docs/protocol.md alone: websockets and msgpack, nothing of Halles.

usage: foreign_client.py WORLD_URL SCENES_FOLDER; prints what it saw as JSON.
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
    def __init__(self, socket, plans):
        self.socket, self.plans = socket, plans
        self.x = self.y = 0.0
        self.number = self.sequence = 0
        self.corrections = self.batches = 0
        self.seen = set()
        self.waiting = {}

    async def listen(self):
        async for data in self.socket:
            code, *fields = msgpack.unpackb(data)
            if code == POSE_BATCH:
                self.batches += 1
                near, far = fields[2], fields[3]
                self.seen |= {struct.unpack_from("<H", near, i)[0] for i in range(0, len(near), 9)}
                self.seen |= {number for number, _ in far_places(far)}
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
        _, hall, self.number, x, y, _, _, people = await entered
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


async def main(url, folder):
    plans = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(folder).glob("*.toml")}
    async with websockets.connect(url, compression=None) as socket:
        me = Visitor(socket, plans)
        listening = asyncio.create_task(me.listen())
        welcomed = me.expect(WELCOMED)
        await me.send(HELLO, 1, 1, "guest", "", "Étranger 7", "fr", [0, 0, 1, 0, 1], "foreign 1.0", True)
        _, _, _, name, _, _, _, halls, *_ = await welcomed
        report = {"name": name, "halls": [], "booth": None}
        hall, people, booths = await me.enter(halls[0][0] if "crossroads" not in plans else "crossroads")
        for target in [card[0] for card in halls if card[0] != "crossroads"]:
            plan = me.plans["crossroads"]
            line = next(row for row in plan["lines"] if row["colour"] == me.plans[target]["colour"])
            portal = next(row for row in plan["portals"] if row["to"] == target)
            await me.walk_to(plan["spawns"][0]["x"], plan["spawns"][0]["y"])
            for x, y in line["points"][1:-1]:
                await me.walk_to(x, y)
            await me.walk_to(portal["x"], portal["y"])
            started = time.monotonic()
            hall, people, booths = await me.enter(portal["to"], "spawn:" + portal["arrive"])
            report["halls"].append(
                {
                    "hall": hall,
                    "people": people,
                    "booths": len(booths),
                    "ms": round(1000 * (time.monotonic() - started)),
                }
            )
            if report["booth"] is None:
                read = me.expect(BOOTH_READ)
                await me.send(READ_BOOTH, uuid.uuid4().bytes, booths[0][0])
                content = (await read)[5]
                report["booth"] = {"name": content[0], "pitch": content[3], "panels": len(content[4])}
            back = next(row for row in me.plans[hall]["portals"] if row["to"] == "crossroads")
            await me.walk_to(back["x"], back["y"])
            await me.enter("crossroads", "spawn:" + back["arrive"])
        report |= {"corrections": me.corrections, "batches": me.batches, "seen": len(me.seen - {me.number})}
        await me.send(LEAVE)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(listening, 5)
        report["closed"] = socket.close_code
        assert not [name for name in sys.modules if name.startswith("halles")], "this client knows nothing of Halles"
        print(json.dumps(report))


asyncio.run(main(sys.argv[1], sys.argv[2]))
