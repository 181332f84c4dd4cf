import type { Answer } from './answer';
import { RestDescription } from './restDescription';

/**
 * Holds requests and answers against GitHub's own description of its REST API:
 * what the host under test asks for must exist there, and what this server says
 * must be what GitHub would say. An answer is written down as far as it
 * matters; the rest of it is GitHub's own example.
 */
export class ApiCheck {
  /** What was not as described, in sentences. */
  readonly problems: string[] = [];
  private readonly described = RestDescription.published();

  request(
    method: string,
    pathname: string,
    query: URLSearchParams,
    body: unknown,
  ): void {
    const key = this.described.find(method, pathname);
    if (!key) {
      this.problems.push(`GitHub has no ${method} ${pathname}`);
      return;
    }
    this.note(key, this.described.requestProblems(key, query, body));
  }

  /** @returns the answer in full, as GitHub would give it */
  answer(method: string, pathname: string, answer: Answer): Answer {
    const key = this.described.find(method, pathname);
    if (!key) return answer;
    const { status } = answer;
    const example = this.described.example(key, status);
    const body = status < 300 ? completed(answer.body, example) : answer.body;
    this.note(
      `${key}, answered ${status}`,
      this.described.responseProblems(key, status, body),
    );
    return { ...answer, body };
  }

  private note(where: string, problems: string[]): void {
    this.problems.push(...problems.map(problem => `${where}: ${problem}`));
  }
}

/** What is not said, as in the example; an item of a list as the example's first. */
function completed(said: unknown, example: unknown): unknown {
  if (Array.isArray(said)) {
    const [first] = Array.isArray(example) ? example : [];
    return said.map(item => completed(item, first));
  }
  if (!isRecord(said) || !isRecord(example)) {
    return said === undefined ? example : said;
  }
  const keys = new Set([...Object.keys(example), ...Object.keys(said)]);
  return Object.fromEntries(
    [...keys].map(key => [key, completed(said[key], example[key])]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
