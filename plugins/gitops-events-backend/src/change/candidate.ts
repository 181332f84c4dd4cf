import type {
  StoredEvent,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
import type { Change } from '../store/changeRow';
import type { Effect } from '../store/effectRow';
import type { Run } from '../store/runRow';
import type { EditRecord } from '../render/renderEdits';
import type { FileTree } from '../render/fileTree';

/** A step that wants to change Git, with what its rendering needs. */
export interface Candidate {
  effect: Effect;
  run: Run;
  /** What fired the run; of a window, the event that completed it. */
  event: StoredEvent;
  /** All events of the run, in order. */
  events: StoredEvent[];
}

/** A candidate that will not be part of a change, and what its run is told. */
export interface Leaver {
  effect: Effect;
  outcome: ActionOutcome;
}

/** A change being put together, before it is sealed. */
export interface Draft {
  /** An open change of the same change key, whose content this replaces. */
  replaces?: Change;
  /** Set where all members have the same one. */
  changeKey?: string;
  tree: FileTree;
  /** Paths that its members write. */
  paths: Set<string>;
  members: Array<Candidate & { record: EditRecord[] }>;
  verdicts: Verdict[];
  approvalsNeeded: number;
  mergesItself: boolean;
  direct: boolean;
}
