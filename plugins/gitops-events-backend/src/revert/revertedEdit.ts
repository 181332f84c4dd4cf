import { createHash } from 'node:crypto';
import type { EditRecord, KeptFile } from '../render/editRecord';

/** One edit of a run, with all that taking it back asks for. */
export interface RevertedEdit extends EditRecord {
  /** Names it in what a person chooses. */
  id: string;
  /** Of a whole file: what was there before, where that is known, and what the run made of it. */
  beforeFile?: KeptFile;
  afterFile?: KeptFile;
}

/** What a person wants where somebody changed it since, and what they saw there. */
export interface RevertChoice {
  choice: 'keep' | 'write';
  /** Digest of what stood there. */
  seen: string;
}

/** What the step of a revert asks for; kept with its effect. */
export interface AskedRevert {
  /** Run whose edits are taken back. */
  run: string;
  /** Entity reference of the person. */
  by: string;
  edits: RevertedEdit[];
  choices: Record<string, RevertChoice>;
}

/** Stands for what a person saw somewhere. 16 hex digits. */
export function seenDigest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex')
    .slice(0, 16);
}
