import { Worker } from 'node:worker_threads';
import type { Answer, ResultOf, Task } from './messages';
import { Progress } from './progress';
import { threadFile, type ThreadData } from './threadEntry';
import { threadArguments } from './threadOptions';

/** Why a thread ended in the middle of its work, and where it was. */
export interface Death {
  cause: 'deadline' | 'memory';
  /** Place in the batch; -1: not at an event. */
  event: number;
  /** Place of the sensor; -1: not at a sensor. */
  sensor: number;
}

/** @public */
export interface ThreadLimits {
  expressionMs: number;
  expressionHeapMb: number;
}

/** Loading the code takes longer than any expression may. */
const startMs = 30_000;

/**
 * One worker thread that does one task at a time. It cannot be interrupted, so
 * the parent watches its progress and ends it when it stays at one place for
 * longer than the limit. After a death it is of no more use.
 */
export class Thread {
  private constructor(
    private readonly worker: Worker,
    private readonly progress: Progress,
    private readonly limits: ThreadLimits,
  ) {}

  /** Resolves once it has loaded its code, which no deadline counts. */
  static async start(limits: ThreadLimits): Promise<Thread> {
    const progress = new Progress();
    const data: ThreadData = { gitopsEventsSandbox: progress.memory };
    const worker = new Worker(threadFile, {
      workerData: data,
      execArgv: threadArguments(),
      resourceLimits: { maxOldGenerationSizeMb: limits.expressionHeapMb },
      name: 'gitops-events-sandbox',
    });
    worker.unref();
    const thread = new Thread(worker, progress, limits);
    const ready = await thread.run({ kind: 'load', sensors: [] }, startMs);
    if ('death' in ready) {
      throw new Error(`The sandbox did not start: ${ready.death.cause}`);
    }
    return thread;
  }

  /** @throws Error when the thread failed in a way that is our bug. */
  run<T extends Task>(
    task: T,
    deadlineMs = this.limits.expressionMs,
  ): Promise<{ result: ResultOf<T> } | { death: Death }> {
    return new Promise((resolve, reject) => {
      const { worker, progress } = this;
      let seen = progress.read().count;
      let since = performance.now();

      const finish = () => {
        clearInterval(watch);
        worker
          .off('message', onMessage)
          .off('error', onError)
          .off('exit', onExit);
      };
      const die = (cause: Death['cause']) => {
        const { event, sensor } = progress.read();
        finish();
        void this.stop();
        resolve({ death: { cause, event, sensor } });
      };
      const fail = (error: Error) => {
        finish();
        void this.stop();
        reject(error);
      };
      const onMessage = (answer: Answer) => {
        finish();
        if ('result' in answer) resolve(answer as { result: ResultOf<T> });
        else reject(new Error(`The sandbox failed: ${answer.error}`));
      };
      const onError = (error: NodeJS.ErrnoException) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') die('memory');
        else fail(error);
      };
      const onExit = (code: number) =>
        fail(new Error(`The sandbox ended by itself with code ${code}`));

      // A check that comes late because this process was busy sees progress, not an overrun.
      const watch = setInterval(
        () => {
          const { count } = progress.read();
          if (count !== seen) {
            seen = count;
            since = performance.now();
          } else if (performance.now() - since > deadlineMs) {
            die('deadline');
          }
        },
        Math.max(5, Math.min(50, deadlineMs / 4)),
      );
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(task);
    });
  }

  async stop(): Promise<void> {
    // The end of a thread that nobody asks anything is no news.
    this.worker.on('error', () => {});
    await this.worker.terminate();
  }
}
