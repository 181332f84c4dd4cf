import { useApi } from '@backstage/core-plugin-api';
import type { RevertPreview } from '@gitops-events/plugin-gitops-events-common';
import { useEffect, useState } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { statusOf } from '../api/refusal';

export type Choices = Record<string, 'keep' | 'write'>;

/** The preview of a revert and the call that asks for it, as it was shown. */
export function useRevert(runId: string) {
  const api = useApi(gitopsEventsApiRef);
  const [preview, setPreview] = useState<RevertPreview>();
  const [look, setLook] = useState(0);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const gone = new AbortController();
    api
      .call('previewRevert', { params: { id: runId }, signal: gone.signal })
      .then(setPreview, caught => {
        if (!gone.signal.aborted) setError(caught);
      });
    return () => gone.abort();
  }, [api, runId, look]);

  /** @returns whether it was asked for */
  const revert = async (asked: {
    comment: string;
    rootCause?: string;
    choices: Choices;
  }): Promise<boolean> => {
    if (!preview || busy) return false;
    const { digest } = preview;
    setBusy(true);
    setError(undefined);
    try {
      await api.call('revertRun', {
        params: { id: runId },
        body: { digest, ...asked },
      });
      return true;
    } catch (caught) {
      setError(caught);
      // Something else is there by now: what is shown next is that.
      if (statusOf(caught) === 409) setLook(count => count + 1);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { preview, error, busy, revert };
}
