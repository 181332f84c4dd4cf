import { Worker } from 'node:worker_threads';
import { LogOnlyError } from '../shownFailure';
import type { Answer, ResultOf, Task } from './messages';
import { Progress } from './progress';
import { threadCode } from './threadCode';
import type { ThreadData } from './threadEntry';

/** Why a thread ended in the middle of its work, and where it was. */
export interface Death {
  cause: 'deadline' | 'memory';
  /** Place in the batch; -1: not at an event. */
  event: number;
  /** Place of the sensor; -1: not at a sensor. */
  sensor: number;
}

export interface ThreadLimits {
  expressionMs: number;
  expressionHeapMb: number;
}

/** Loading code and sensors runs nothing that users wrote. */
const loadMs = 30_000;

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
    const { code, eval: isScript } = await threadCode();
    const worker = new Worker(code, {
      eval: isScript,
      workerData: data,
      // Those of this process are not passed on: a thread refuses many of them.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: limits.expressionHeapMb },
      name: 'gitops-events-sandbox',
    });
    worker.unref();
    const thread = new Thread(worker, progress, limits);
    const ready = await thread.run({ kind: 'load', sensors: [] });
    if ('death' in ready) {
      throw new Error(`The sandbox did not start: ${ready.death.cause}`);
    }
    return thread;
  }

  /** @throws Error when the thread failed in a way that is our bug. */
  async run<T extends Task>(
    task: T,
  ): Promise<{ result: ResultOf<T> } | { death: Death }> {
    const deadlineMs = task.kind === 'load' ? loadMs : this.limits.expressionMs;
    const ended = new AbortController();
    try {
      const answer = await Promise.race([
        this.answerTo(task, ended.signal),
        this.overrun(deadlineMs, ended.signal),
      ]);
      if (typeof answer === 'object') {
        if ('error' in answer) throw new LogOnlyError(answer.error);
        return answer as { result: ResultOf<T> };
      }
      const { event, sensor } = this.progress.read();
      void this.stop();
      return { death: { cause: answer, event, sensor } };
    } finally {
      ended.abort();
    }
  }

  private answerTo(
    task: Task,
    signal: AbortSignal,
  ): Promise<Answer | 'memory'> {
    return new Promise((resolve, reject) => {
      const { worker } = this;
      const onError = (error: NodeJS.ErrnoException) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve('memory');
        else reject(error);
      };
      const onExit = (code: number) =>
        reject(new Error(`The sandbox ended by itself with code ${code}`));
      worker.on('message', resolve).on('error', onError).on('exit', onExit);
      signal.addEventListener('abort', () => {
        worker
          .off('message', resolve)
          .off('error', onError)
          .off('exit', onExit);
      });
      worker.postMessage(task);
    });
  }

  /** Resolves when the thread stays at one place for too long. */
  private overrun(
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<'deadline'> {
    return new Promise(resolve => {
      let seen = this.progress.read().count;
      let since = performance.now();
      // A check that comes late because this process was busy sees progress, not an overrun.
      const check = () => {
        const { count } = this.progress.read();
        if (count !== seen) {
          seen = count;
          since = performance.now();
        } else if (performance.now() - since > deadlineMs) {
          resolve('deadline');
        }
      };
      const every = Math.max(5, Math.min(50, deadlineMs / 4));
      const timer = setInterval(check, every);
      signal.addEventListener('abort', () => clearInterval(timer));
    });
  }

  async stop(): Promise<void> {
    // The end of a thread that nobody asks anything is no news.
    this.worker.on('error', () => {});
    await this.worker.terminate();
  }
}
