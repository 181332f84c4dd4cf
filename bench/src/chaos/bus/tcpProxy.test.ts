import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { TcpProxy } from './tcpProxy';

describe('TcpProxy', () => {
  const echo = createServer(socket =>
    socket.on('error', () => {}).pipe(socket),
  );
  let proxy: TcpProxy;
  let client: Socket;
  let heard = '';

  beforeEach(async () => {
    await once(echo.listen(0, '127.0.0.1'), 'listening');
    const { port } = echo.address() as AddressInfo;
    proxy = new TcpProxy({ host: '127.0.0.1', port });
    client = connect(await proxy.start(), '127.0.0.1');
    client.on('error', () => {});
    heard = '';
    client.on('data', data => {
      heard += data;
    });
    await say('hello');
  });

  afterEach(async () => {
    client.destroy();
    proxy.stop();
    echo.close();
    await once(echo, 'close');
  });

  async function say(word: string): Promise<void> {
    client.write(word);
    while (!heard.endsWith(word)) await once(client, 'data');
  }

  it('keeps what is said into silence, in order, until that is over', async () => {
    proxy.mute();
    client.write('one');
    client.write('two');
    await new Promise(done => setTimeout(done, 100));
    expect(heard).toBe('hello');
    proxy.heal();
    await say('three');
    expect(heard).toBe('helloonetwothree');
  });

  it('is slow in order', async () => {
    proxy.slow(30);
    client.write('one');
    proxy.slow(1);
    await say('two');
    expect(heard).toBe('helloonetwo');
  });

  it('cuts what is there, and takes what comes then', async () => {
    const gone = new Promise(done => client.on('close', done));
    proxy.cut();
    await gone;
    expect(proxy.cuts).toBe(1);
    const { port } = (proxy as any).server.address();
    client = connect(port, '127.0.0.1');
    client.on('data', data => {
      heard += data;
    });
    await say('again');
  });

  it('leads nobody on who was cut off in silence', async () => {
    const { port } = (proxy as any).server.address();
    proxy.mute();
    const other = connect(port, '127.0.0.1').on('error', () => {});
    const gone = new Promise(done => other.on('close', () => done(true)));
    const soon = () => new Promise(done => setTimeout(done, 10));
    do proxy.cut();
    while (!(await Promise.race([gone, soon()])));
    proxy.heal();
    client = connect(port, '127.0.0.1');
    client.on('data', data => {
      heard += data;
    });
    await say('again');
    const open = await new Promise((done, failed) =>
      echo.getConnections((error, count) =>
        error ? failed(error) : done(count),
      ),
    );
    expect(open).toBe(1);
  });
});
