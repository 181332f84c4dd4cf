import { useRouteRef } from '@backstage/core-plugin-api';
import {
  repositoryInWords,
  type ChangeView,
} from '@gitops-events/plugin-gitops-events-common';
import { EntityLink } from '../navigation/EntityLink';
import { Facts } from '../navigation/Facts';
import { TextLink } from '../navigation/TextLink';
import { sensorRouteRef } from '../routes';
import { RelativeTime } from '../time/RelativeTime';

/** Where it goes, where it comes from. */
export function ChangeFacts({ change }: { change: ChangeView }) {
  const sensorRoute = useRouteRef(sensorRouteRef);
  const { pullRequest, target, entityRef } = change;
  return (
    <Facts
      facts={[
        [
          'Pull request',
          change.direct
            ? 'none'
            : pullRequest &&
              (pullRequest.url ? (
                <TextLink to={pullRequest.url}>#{pullRequest.number}</TextLink>
              ) : (
                `#${pullRequest.number}`
              )),
        ],
        [
          'Repository',
          <span key="repository" title={change.repository}>
            {repositoryInWords(change.repository)}
          </span>,
        ],
        ['Into', change.base],
        ['From', !change.direct && <code>{change.branch}</code>],
        [
          change.direct ? 'Committed as' : 'Merged as',
          change.mergeCommit && <code>{change.mergeCommit.slice(0, 10)}</code>,
        ],
        [
          'Head',
          !change.mergeCommit && change.headCommit && (
            <code>{change.headCommit.slice(0, 10)}</code>
          ),
        ],
        ['Target', target && Object.values(target).filter(Boolean).join(', ')],
        ['Entity', entityRef && <EntityLink entityRef={entityRef} />],
        [
          'Sensor',
          <TextLink key="sensor" to={sensorRoute({ name: change.sensor })}>
            {change.sensor}
          </TextLink>,
        ],
        ['Owner', <EntityLink key="owner" entityRef={change.owner} />],
        ['Opened', <RelativeTime key="opened" at={change.createdAt} />],
        ['Ended', change.endedAt && <RelativeTime at={change.endedAt} />],
      ]}
    />
  );
}
