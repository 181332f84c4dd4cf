import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import { matchesPattern, type Boundary } from '../config';
import { decodeText } from '../render/text';
import { readDocuments } from './readDocuments';

/**
 * What runs with rights of its own or says who may do what. A trailing `/` means
 * all below; a name without a `/` is protected in any folder.
 */
const protectedPlaces = [
  '.github/',
  '.gitlab/',
  '.gitlab-ci.yml',
  '.circleci/',
  'Jenkinsfile',
  'azure-pipelines.yml',
  'CODEOWNERS',
];

/**
 * A change to pipelines, to code owners or to an Argo CD AppProject is reviewed
 * by a person, unless the boundary of its owner names that very place: a grant of
 * `.github/workflows/` is meant, a grant of the whole repository is not.
 */
export function protectedPaths(config: {
  boundaries: readonly Boundary[];
}): PolicyCheck {
  const name = 'protected paths';
  return {
    name,
    async check(change) {
      const granted = grantsOf(config.boundaries, change);
      const reasons = change.diff.flatMap(({ path }) => {
        const place = protectedPlaces.find(one => within(one, path));
        const meant =
          place && granted.some(grant => grantMeans(grant, place, path));
        return place && !meant
          ? [`${path} is protected; a person has to approve it.`]
          : [];
      });
      for (const { path, patch } of change.diff) {
        const content = change.files.find(file => file.path === path)?.content;
        if (takesProject(patch) || (content && holdsProject(path, content))) {
          reasons.push(
            `${path} holds an AppProject, which grants rights; a person has to approve it.`,
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

function within(place: string, path: string): boolean {
  return place.endsWith('/')
    ? path.startsWith(place)
    : path === place || path.endsWith(`/${place}`);
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

function takesProject(patch: string): boolean {
  return /^-.*\bAppProject\b/m.test(patch);
}

/** What cannot be read is judged by its text. */
function holdsProject(path: string, content: Uint8Array): boolean {
  const text = decodeText(content) ?? '';
  // Only an escape sequence can spell it otherwise.
  if (!text.includes('AppProject') && !text.includes('\\')) return false;
  const documents = readDocuments(path, text);
  return documents ? isProject(documents) : text.includes('AppProject');
}

/** Also inside of a `List`. */
function isProject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ((value as { kind?: unknown }).kind === 'AppProject') return true;
  return Object.values(value).some(isProject);
}
