// The peer: a Colyseus room as its documentation has one: a map of players in the room's state, which Colyseus sends to
// everybody at the patch rate. Nothing is judged and nobody is left out. It is made as frugal as Colyseus allows: small
// integers instead of numbers, a numbered message instead of a named one, an array instead of an object, a buffer that
// never has to grow. Usage: node colyseus.mjs HZ
import { Room, Server } from "@colyseus/core";
import { Encoder, schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";

const HZ = Number(process.argv[2]);
const MOVE = 0;

Encoder.BUFFER_SIZE = 1024 * 1024;

// Centimetres and 256ths of a turn, as Halles sends them. The load's decoder (patches.py) knows the fields by their order.
const Player = schema({ x: t.int16(), y: t.int16(), heading: t.uint8() }, "Player");
const State = schema({ players: t.map(Player) }, "State");

class Square extends Room {
  patchRate = 1000 / HZ;

  onCreate() {
    this.state = new State();
    this.onMessage(MOVE, (client, [x, y, heading]) => {
      const player = this.state.players.get(client.sessionId);
      player.x = x;
      player.y = y;
      player.heading = heading;
    });
  }

  onJoin(client) {
    const player = new Player();
    player.x = player.y = player.heading = 0;
    this.state.players.set(client.sessionId, player);
  }

  onLeave(client) {
    this.state.players.delete(client.sessionId);
  }
}

const transport = new WebSocketTransport();
// The load goes away without a farewell, and then nobody has to be told of a shutdown.
const server = new Server({ transport, greet: false, gracefullyShutdown: false });
server.define("square", Square);
await server.listen(0, "127.0.0.1");
console.log(`ready http://127.0.0.1:${transport.server.address().port}`);
