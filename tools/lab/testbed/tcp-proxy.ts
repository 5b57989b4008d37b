import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Decides the fate of a chunk from a client: passed on, or the connection is cut before or after it. */
export type Script = (data: Buffer) => 'pass' | 'cut-before' | 'cut-after';

const pass: Script = () => 'pass';

/** A connection through the proxy. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** True when nothing passes any more, either way, as behind a firewall that has dropped the connection. */
  isDead: boolean;
}

/** A network between PostgreSQL and its clients, with the faults of networks. */
export class TcpProxy {
  script: Script = pass;
  /** Time that each chunk takes from one end to the other, in ms. */
  latencyMs = 0;
  /** Connections that clients have opened. */
  opened = 0;
  readonly #upstream: URL;
  readonly #pairs = new Set<Pair>();
  readonly #server = createServer((client) => this.#connect(client));
  #isBlackhole = false;

  /** @param upstream - the address of the server, a connection string */
  constructor(upstream: string) {
    this.#upstream = new URL(upstream);
  }

  /** The connection string through the proxy, once it is started. */
  get url(): string {
    const url = new URL(this.#upstream);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** @param address - IP address to listen at */
  async start(address = '127.0.0.1'): Promise<this> {
    this.#server.listen(0, address);
    await once(this.#server, 'listening');
    return this;
  }

  /** Breaks every connection, with a reset. */
  reset(): void {
    for (const pair of this.#pairs) cut(pair);
  }

  /** Swallows everything silently until {@link heal}. Existing connections stay dead afterwards. */
  blackhole(): void {
    this.#isBlackhole = true;
    for (const pair of this.#pairs) pair.isDead = true;
  }

  /** Ends every fault. */
  heal(): void {
    this.#isBlackhole = false;
    this.script = pass;
    this.latencyMs = 0;
  }

  close(): void {
    this.#server.close();
    this.reset();
  }

  #connect(client: Socket): void {
    const server = connect(Number(this.#upstream.port), this.#upstream.hostname);
    const pair: Pair = { client, server, isDead: this.#isBlackhole };
    this.#pairs.add(pair);
    this.opened++;
    client.on('data', (data) => this.#later(() => this.#sent(pair, data)));
    server.on('data', (data) =>
      this.#later(() => {
        if (!pair.isDead && client.writable) client.write(data);
      }),
    );
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => cut(pair));
      from.on('end', () =>
        this.#later(() => {
          if (!pair.isDead) to.end();
        }),
      );
      // One end of a dead connection may outlive the other.
      from.on('close', () => {
        if (to.destroyed) this.#pairs.delete(pair);
      });
    }
  }

  #later(pass: () => void): void {
    if (this.latencyMs > 0) setTimeout(pass, this.latencyMs);
    else pass();
  }

  #sent(pair: Pair, data: Buffer): void {
    if (pair.isDead) return;
    const fate = this.script(data);
    if (fate === 'pass') {
      if (pair.server.writable) pair.server.write(data);
    } else if (fate === 'cut-before') cut(pair);
    else {
      // The client learns nothing of the outcome.
      pair.isDead = true;
      breakOff(pair.client);
      pair.server.end(data);
    }
  }
}

function cut({ client, server }: Pair): void {
  breakOff(client);
  breakOff(server);
}

/** Resets the connection, unless it is shutting down: libuv then refuses (uv_tcp_close_reset), and Node would read for ever. */
function breakOff(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
