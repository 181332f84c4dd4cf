import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import { matchesPattern } from '@gitops-events/plugin-gitops-events-sensors';
import type { Boundary } from '../config';
import { grantsRights } from './grantsRights';

/**
 * What runs with rights of its own or says who may do what. A trailing `/` means
 * all below; a name without a `/` is protected in any folder.
 */
const protectedPlaces = [
  '.github/',
  '.gitlab/',
  '.gitlab-ci.yml',
  '.circleci/',
  '.buildkite/',
  '.forgejo/',
  '.gitea/',
  '.woodpecker/',
  '.tekton/',
  '.drone.yml',
  '.sops.yaml',
  '.gitattributes',
  'Jenkinsfile',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  'atlantis.yaml',
  'CODEOWNERS',
];

export interface ProtectedPathsConfig {
  boundaries: readonly Boundary[];
  /** More places, of the same form. */
  protectedPaths?: readonly string[];
}

/**
 * A change to pipelines, to code owners or to what grants rights is reviewed by
 * a person, unless the boundary of its owner names that very place: a grant of
 * `.github/workflows/` is meant, a grant of the whole repository is not.
 */
export function protectedPaths(config: ProtectedPathsConfig): PolicyCheck {
  const name = 'protected paths';
  const places = () => [...protectedPlaces, ...(config.protectedPaths ?? [])];
  return {
    name,
    // What is configured may change while we run.
    get version() {
      return JSON.stringify([places(), config.boundaries]);
    },
    async check(change) {
      const granted = grantsOf(config.boundaries, change);
      const reasons: string[] = [];
      for (const { path, patch } of change.diff) {
        const place = places().find(one => within(one, path));
        if (place && !granted.some(grant => grantMeans(grant, place, path))) {
          reasons.push(`${path} is protected; a person has to approve it.`);
        }
        const content = change.files.find(file => file.path === path)?.content;
        const kind = grantsRights(path, patch, content);
        if (kind) {
          reasons.push(
            `${path} holds ${kind}, which grants rights; a person has to approve it.`,
          );
        }
      }
      return {
        check: name,
        verdict: reasons.length > 0 ? 'review' : 'pass',
        reasons,
      };
    },
  };
}

/** Whatever the case: some systems do not tell `.GitHub` from `.github`. */
function within(place: string, path: string): boolean {
  const [one, other] = [place.toLowerCase(), path.toLowerCase()];
  return one.endsWith('/')
    ? other.startsWith(one)
    : other === one || other.endsWith(`/${one}`);
}

/** The grant reaches this path and does not reach out of the protected place. */
function grantMeans(grant: string, place: string, path: string): boolean {
  return (
    within(place, grant) &&
    (grant.endsWith('/') ? path.startsWith(grant) : path === grant)
  );
}

function grantsOf(
  boundaries: readonly Boundary[],
  change: ProposedChange,
): string[] {
  return boundaries
    .filter(({ owner }) => owner === change.owner)
    .flatMap(({ repositories }) => repositories)
    .filter(({ repo }) => matchesPattern(repo, change.repository))
    .flatMap(({ paths }) => paths);
}
