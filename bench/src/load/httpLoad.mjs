// The sender of HTTP benchmarks, in a process of its own. Told once what to send, it answers with what came back.
import autocannon from 'autocannon';

process.once('message', async options => {
  const { url, headers, connections, seconds, batch, prefix, event } = options;
  if (new URL(url).hostname !== '127.0.0.1') {
    throw new Error(`${url} is not this machine`);
  }
  const [before, after] = JSON.stringify({ ...event, id: '\n' }).split('\\n');
  let next = 0;
  const one = () => `${before}${prefix}-${next++}${after}`;
  const body = () =>
    batch ? `[${Array.from({ length: batch }, one).join()}]` : one();
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        headers,
        setupRequest: request => ({ ...request, body: body() }),
      },
    ],
  });
  process.send({
    answered: result['2xx'],
    refused: result.non2xx,
    errors: result.errors,
    seconds: result.duration,
  });
  process.disconnect();
});
