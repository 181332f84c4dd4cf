import type {
  StoredEvent,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { EditRecord } from '../render/editRecord';
import type { Run } from '../store/runRow';
import type { Draft } from './candidate';

/** What a commit or pull request tells about its change. */
export interface ChangeStory {
  changeId: string;
  title: string;
  /** Names of all sensors that fired. */
  sensors: string;
  members: Array<{
    effectId: string;
    changeKey: string;
    /** How new its value counts: see `valueAge`. */
    asOf: number;
    title: string;
    event: StoredEvent;
    /** How many events the run has; the one above completed them. */
    events: number;
    /** What it changes. */
    edits: EditRecord[];
    run: Pick<
      Run,
      'sensor' | 'revision' | 'mode' | 'entityRef' | 'target' | 'scope'
    >;
  }>;
  verdicts: Verdict[];
  /** Whether nobody has to approve or merge it. */
  mergesItself: boolean;
  approvalsNeeded: number;
  portalUrl: string;
}

export function storyOf(
  id: string,
  draft: Draft,
  portalUrl: string,
): ChangeStory {
  const [first] = draft.members;
  const sensors = sensorsOf(draft);
  const title =
    draft.members.length === 1
      ? (first.effect.input.pullRequest.title ?? first.run.title)
      : `${draft.members.length} changes by ${sensors}`;
  return {
    changeId: id,
    title,
    sensors,
    members: draft.members.map(({ effect, run, event, events, record }) => ({
      effectId: effect.effectId,
      changeKey: effect.changeKey,
      asOf: effect.asOf,
      title: run.title,
      event,
      events: events.length,
      edits: record,
      run,
    })),
    verdicts: draft.verdicts,
    mergesItself: draft.mergesItself,
    approvalsNeeded: draft.approvalsNeeded,
    portalUrl: `${portalUrl}/gitops-events/changes/${id}`,
  };
}

/** `promote-image`, `promote-image and app-provisioning`, or how many there are. */
function sensorsOf({ members }: Draft): string {
  const names = [...new Set(members.map(({ run }) => run.sensor))];
  return names.length <= 2 ? names.join(' and ') : `${names.length} sensors`;
}
