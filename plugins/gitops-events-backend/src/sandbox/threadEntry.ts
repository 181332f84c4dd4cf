import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Task } from './messages';
import { Progress } from './progress';
import { createRoom } from './room';

/** What the parent gives the thread. */
export interface ThreadData {
  gitopsEventsSandbox: SharedArrayBuffer;
}

/**
 * This file, for `new Worker`. Importing the name keeps the file part of the
 * built package, and is right in sources and in the bundle alike.
 */
export const threadFile = __filename;

const memory = (workerData as ThreadData | null)?.gitopsEventsSandbox;
if (parentPort && memory) {
  const port = parentPort;
  const room = createRoom(new Progress(memory));
  port.on('message', (task: Task) => {
    port.postMessage(answer(room, task));
  });
}

function answer(room: ReturnType<typeof createRoom>, task: Task): Answer {
  try {
    return { result: room(task) };
  } catch (error) {
    return { error: `${task.kind}: ${(error as Error).stack ?? error}` };
  }
}
