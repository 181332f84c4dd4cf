import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { LogOnlyError } from '../shownFailure';
import { errorCode, replaceDurably } from './durableFile';

const pullRecordSchema = z.object({
  number: z.number(),
  branch: z.string(),
  base: z.string(),
  title: z.string(),
  body: z.string(),
  labels: z.array(z.string()),
  /** Head of the branch as last seen while it was open. */
  head: z.string(),
  state: z.enum(['open', 'merged', 'closed']),
  mergeCommit: z.string().optional(),
  endedBy: z.string().optional(),
  closeReason: z.string().optional(),
  draft: z.boolean().optional(),
  reviewers: z.array(z.string()).optional(),
  /** What was said on it, by key. */
  comments: z.record(z.string(), z.string()).optional(),
  createdAt: z.string(),
  endedAt: z.string().optional(),
});

/** A pull request as kept on disk. */
export type PullRecord = z.infer<typeof pullRecordSchema>;

/**
 * Pull requests of one repository: a JSON file each, beside the commits they
 * are about, so that a restored database finds them as they are. Numbers are
 * never used twice and records never removed. Whoever writes holds the lock
 * `pullsLock`; readers need none.
 */
export class PullRecords {
  private readonly newest = new Map<string, number>();
  private highest = 0;

  private constructor(private readonly folder: string) {}

  static async open(gitDirectory: string): Promise<PullRecords> {
    const folder = path.join(gitDirectory, 'gitops-events', 'pulls');
    await mkdir(folder, { recursive: true });
    const records = new PullRecords(folder);
    const numbers = (await readdir(folder))
      .map(name => Number(/^(\d+)\.json$/.exec(name)?.[1]))
      .filter(number => number > 0)
      .sort((a, b) => a - b);
    for (const number of numbers) {
      const record = await records.byNumber(number);
      if (record) records.learn(record);
    }
    return records;
  }

  async byNumber(number: number): Promise<PullRecord | undefined> {
    const file = this.file(number);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return pullRecordSchema.parse(JSON.parse(text));
    } catch (error) {
      throw new LogOnlyError(
        `${file} is damaged; restore it from a backup: ${error}`,
      );
    }
  }

  async newestOf(branch: string): Promise<PullRecord | undefined> {
    await this.discover();
    const number = this.newest.get(branch);
    return number === undefined ? undefined : this.byNumber(number);
  }

  /** Of each branch the newest, where that is open as far as the records say. */
  async openOnes(): Promise<PullRecord[]> {
    await this.discover();
    const records = [];
    for (const number of this.newest.values()) {
      const record = await this.byNumber(number);
      if (record?.state === 'open') records.push(record);
    }
    return records;
  }

  async nextNumber(): Promise<number> {
    await this.discover();
    return this.highest + 1;
  }

  /** Durable when it resolves. */
  async save(record: PullRecord): Promise<void> {
    const text = `${JSON.stringify(record, undefined, 2)}\n`;
    await replaceDurably(this.file(record.number), text);
    this.learn(record);
  }

  /** Looks for what another process added. */
  private async discover(): Promise<void> {
    for (;;) {
      const record = await this.byNumber(this.highest + 1);
      if (!record) return;
      this.learn(record);
    }
  }

  private learn({ number, branch }: PullRecord): void {
    this.highest = Math.max(this.highest, number);
    if (number > (this.newest.get(branch) ?? 0))
      this.newest.set(branch, number);
  }

  private file(number: number): string {
    return path.join(this.folder, `${number}.json`);
  }
}
