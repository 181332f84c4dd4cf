import { graphileWorker } from '../../peers/graphileWorker';
import { whenTold } from '../replica';
import { work } from './effects';
import { urlOf } from './peer';

/** A process with a worker that takes jobs, one at a time as by default. */
whenTold(async start => {
  const worker = await graphileWorker(urlOf(start), 10);
  await worker.work(payload =>
    work(start.folder, (payload as { id: string }).id),
  );
  return { url: '', headers: {} };
});
