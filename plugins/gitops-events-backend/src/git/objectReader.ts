import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { LogOnlyError } from '../shownFailure';
import { cannotStart, startGit } from './gitProcess';
import {
  checkObjectId,
  type GitObjectType,
} from '@gitops-events/plugin-gitops-events-node/git';

export interface ReadObject {
  type: GitObjectType | 'tag';
  content: Buffer;
}

interface Waiting {
  id: string;
  resolve(object: ReadObject | undefined): void;
  reject(error: Error): void;
}

/** Larger objects are refused: a repository of manifests has none, and memory is bounded. */
const largestObject = 64 * 1024 * 1024;
const idleMs = 10_000;

type Answer = ReadObject | undefined | 'tooLarge';

/** `<id> <type> <size>\n<bytes>\n`, or `<id> missing\n`, cut anywhere. */
class AnswerParser {
  private buffered: Buffer[] = [];
  private length = 0;
  /** Bytes needed before it is worth another look. */
  private needed = 1;
  private skip = 0;

  take(chunk: Buffer): Answer[] {
    const dropped = Math.min(this.skip, chunk.length);
    this.skip -= dropped;
    const rest = chunk.subarray(dropped);
    this.buffered.push(rest);
    this.length += rest.length;
    const answers: Answer[] = [];
    if (this.length < this.needed) return answers;

    let bytes = Buffer.concat(this.buffered, this.length);
    this.needed = 1;
    while (bytes.length > 0) {
      const lineEnd = bytes.indexOf(0x0a);
      if (lineEnd < 0) break;
      const [, type, sizeText] = bytes
        .toString('latin1', 0, lineEnd)
        .split(' ');
      if (type === 'missing') {
        answers.push(undefined);
        bytes = bytes.subarray(lineEnd + 1);
        continue;
      }
      const start = lineEnd + 1;
      const size = Number(sizeText);
      const end = start + size + 1;
      if (size > largestObject) {
        answers.push('tooLarge');
        this.skip = Math.max(0, end - bytes.length);
        bytes = bytes.subarray(Math.min(end, bytes.length));
        continue;
      }
      if (bytes.length < end) {
        this.needed = end;
        break;
      }
      answers.push({
        type: type as ReadObject['type'],
        content: Buffer.from(bytes.subarray(start, start + size)),
      });
      bytes = bytes.subarray(end);
    }
    this.buffered = bytes.length > 0 ? [bytes] : [];
    this.length = bytes.length;
    return answers;
  }
}

/**
 * Reads objects through one `git cat-file --batch`, so loose objects, packs,
 * alternates and what a person pushed a moment ago are all read as git reads
 * them. It is fed object ids only. It ends when idle and starts again when needed.
 */
export class ObjectReader {
  private child?: ChildProcessWithoutNullStreams;
  private readonly running = new Set<Promise<void>>();
  private idle?: NodeJS.Timeout;
  private waiting: Waiting[] = [];
  private stopped = false;

  constructor(private readonly gitDirectory: string) {}

  /** Undefined when the repository has no such object. */
  read(id: string): Promise<ReadObject | undefined> {
    checkObjectId(id);
    if (this.stopped) {
      return Promise.reject(new Error('The repository reader was stopped'));
    }
    clearTimeout(this.idle);
    return new Promise((resolve, reject) => {
      const child = this.child ?? this.start();
      this.waiting.push({ id, resolve, reject });
      child.stdin.write(`${id}\n`);
    });
  }

  /** Answers what was asked, then resolves when the process is gone. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.idle);
    this.child?.stdin.end();
    await Promise.all(this.running);
  }

  private start(): ChildProcessWithoutNullStreams {
    const child = startGit(this.gitDirectory, ['cat-file', '--batch']);
    const waiting: Waiting[] = [];
    this.child = child;
    this.waiting = waiting;
    const answers = new AnswerParser();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr = (stderr + text).slice(-2000);
    });
    child.stdin.on('error', () => {}); // seen as the end of the process below
    child.stdout.on('data', (chunk: Buffer) => {
      for (const answer of answers.take(chunk)) {
        const { id, resolve, reject } = waiting.shift()!;
        if (answer === 'tooLarge') {
          reject(new Error(`Object ${id} is larger than 64 MiB`));
        } else {
          resolve(answer);
        }
      }
      if (waiting.length === 0) this.endWhenIdle(child);
    });
    const ended = new Promise<void>(done => {
      const end = (error: Error) => {
        if (this.child === child) this.child = undefined;
        for (const { reject } of waiting.splice(0)) reject(error);
        done();
      };
      child.on('error', error => end(cannotStart(error)));
      child.on('close', code =>
        end(new LogOnlyError(`git cat-file ended (${code}): ${stderr.trim()}`)),
      );
    });
    this.running.add(ended);
    void ended.then(() => this.running.delete(ended));
    return child;
  }

  private endWhenIdle(child: ChildProcessWithoutNullStreams): void {
    clearTimeout(this.idle);
    if (this.child !== child || this.stopped) return;
    this.idle = setTimeout(() => {
      this.child = undefined;
      child.stdin.end();
    }, idleMs);
    this.idle.unref();
  }
}
