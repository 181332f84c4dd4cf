import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { graphileWorker } from '../../peers/graphileWorker';
import { whenTold } from '../replica';
import { urlOf } from './peer';

/** A route before `addJob`: 202 once the job is committed. An id that is sent again replaces the job that still waits. */
whenTold(async start => {
  const worker = await graphileWorker(urlOf(start), 10);
  const app = express();
  app.post('/events', express.json(), (request, response) => {
    worker.addJob(request.body, request.body.id).then(
      () => response.status(202).json({}),
      () => response.status(503).json({}),
    );
  });
  const server = createServer(app);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/events`, headers: {}, plain: true };
});
