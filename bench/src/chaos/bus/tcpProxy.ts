import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Where a connection leads to. */
export interface TcpTarget {
  host: string;
  port: number;
}

/**
 * A line between a replica and its server that can be slow, cut or silent. It
 * stands in for `tc netem` and `iptables`, which few machines let one use. What
 * is sent into silence arrives once that is over, as TCP does by itself.
 */
export class TcpProxy {
  /** Connections that were cut. */
  cuts = 0;
  private delayMs = 0;
  private silence: { over: Promise<void>; end(): void } | undefined;
  private readonly lines = new Set<Socket>();
  private readonly server = createServer(
    // It waits for nothing: small pieces that wait for an acknowledgement take 40 ms each.
    { noDelay: true },
    socket => this.open(socket),
  );

  constructor(private target: TcpTarget | undefined) {}

  /** @returns the port to connect to instead */
  async start(port = 0): Promise<number> {
    await new Promise<void>(done =>
      this.server.listen(port, '127.0.0.1', done),
    );
    return (this.server.address() as AddressInfo).port;
  }

  /** Where to from now on; undefined before: nobody is let in. */
  leadTo(target: TcpTarget): void {
    this.target = target;
  }

  stop(): void {
    this.heal();
    this.server.close();
    this.cut();
  }

  /** From now on each piece, in each direction, takes so much longer. */
  slow(ms: number): void {
    this.delayMs = ms;
  }

  /** From now on nothing comes through, and nobody is told. */
  mute(): void {
    if (this.silence) return;
    let end = () => {};
    const over = new Promise<void>(done => {
      end = done;
    });
    this.silence = { over, end };
  }

  heal(): void {
    this.silence?.end();
    this.silence = undefined;
    this.delayMs = 0;
  }

  /** Ends every connection that is there, as a loss does that lasts. */
  cut(): void {
    for (const socket of this.lines) socket.resetAndDestroy();
    this.cuts += this.lines.size / 2;
    this.lines.clear();
  }

  private async open(near: Socket): Promise<void> {
    this.lines.add(near);
    near.on('error', () => {});
    near.on('close', () => this.lines.delete(near));
    near.pause();
    await this.silence?.over;
    if (!this.target) near.destroy();
    // Who has gone meanwhile would leave a connection behind that nobody ends.
    if (near.destroyed || !this.target) return;
    const far = connect({ ...this.target, noDelay: true });
    this.lines.add(far);
    this.pipe(near, far);
    this.pipe(far, near);
  }

  private pipe(from: Socket, to: Socket): void {
    let last: Promise<void> = Promise.resolve();
    const inTurn = (work: () => void) => {
      const due = performance.now() + this.delayMs;
      last = last.then(async () => {
        await this.silence?.over;
        const wait = due - performance.now();
        if (wait > 1) await new Promise(done => setTimeout(done, wait));
        work();
      });
    };
    from.on('data', data => inTurn(() => to.write(data)));
    from.on('end', () => inTurn(() => to.end()));
    from.on('error', () => {});
    from.on('close', () => {
      this.lines.delete(from);
      inTurn(() => to.destroy());
    });
    from.resume();
  }
}
