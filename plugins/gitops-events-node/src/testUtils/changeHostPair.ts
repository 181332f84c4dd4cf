// The matchers of a test that calls this: expectations outside of a test block.
/* eslint-disable jest/no-standalone-expect */
import type { PullRequest } from '@gitops-events/plugin-gitops-events-node';
import type { ChangeHostSetup } from './changeHostCalls';
import { MemoryChangeHost } from './memoryChangeHost';
import { textFile } from './textFile';

/** One thing that we, or a person, do to one of two branches. */
export interface Operation {
  kind:
    | 'commit'
    | 'propose'
    | 'merge'
    | 'close'
    | 'get'
    | 'person pushes'
    | 'person pushes to base'
    | 'person deletes';
  branch: 'one' | 'two';
  file: 'a' | 'b';
  text: '1' | '2';
  /** Which head we believe in. */
  belief: 'present' | 'none' | 'base';
}

const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };

/** The host and the model, side by side, with their commit ids matched. */
export class ChangeHostPair {
  private readonly model = new MemoryChangeHost();
  private readonly ofHost = new Map<string, string>();
  private readonly ofModel = new Map<string, string>();
  private pushes = 0;

  private constructor(
    private readonly setup: ChangeHostSetup,
    private readonly scope: string,
  ) {}

  static async start(
    setup: ChangeHostSetup,
    scope: string,
  ): Promise<ChangeHostPair> {
    const pair = new ChangeHostPair(setup, scope);
    const { host, repository, base } = setup;
    pair.match(
      (await host.head(repository, base))!,
      (await pair.model.head(pair.model.repository, pair.model.base))!,
    );
    return pair;
  }

  async perform(operation: Operation): Promise<void> {
    const { setup, model } = this;
    const branch = this.branch(operation.branch);
    const head = await model.head(model.repository, branch);
    const baseHead = (await model.head(model.repository, model.base))!;
    // Both look now: what a person did is seen by looking, and may be undone later.
    const pull = await model.get(model.repository, branch);
    await setup.host.get(setup.repository, branch);
    switch (operation.kind) {
      case 'commit':
        await this.commit(operation, head, baseHead);
        break;
      case 'propose':
        await this.both(target =>
          target.host.propose({
            ...{ repository: target.repository, base: target.base, branch },
            ...{ title: 'Title', body: '', labels: [] },
          }),
        );
        break;
      case 'merge':
        if (!pull) break;
        await this.both(async target =>
          target.host.merge({
            repository: target.repository,
            number: (await target.host.get(target.repository, branch))!.number,
            expectedHead: target.id(
              operation.belief === 'base' ? baseHead : pull.head,
            ),
            base: target.base,
            message: `Merge of ${branch}`,
            author,
          }),
        );
        // A host may tidy a merged branch away; the model has no opinion.
        if (!(await setup.host.head(setup.repository, branch))) {
          await model.deleteBranch(branch);
        }
        break;
      case 'close':
        if (!pull) break;
        await this.both(async target =>
          target.host.close({
            repository: target.repository,
            number: (await target.host.get(target.repository, branch))!.number,
            reason: 'Not needed',
          }),
        );
        break;
      case 'get':
        await this.both(target => target.host.get(target.repository, branch));
        break;
      case 'person pushes':
        await this.push(operation, branch, branch, head ?? baseHead);
        break;
      case 'person pushes to base':
        await this.push(operation, setup.base, model.base, baseHead);
        break;
      case 'person deletes':
        if (!head) break;
        await setup.person.deleteBranch(branch);
        await model.deleteBranch(branch);
        break;
      default:
        throw new Error(`unknown operation ${operation.kind}`);
    }
  }

  /** Heads, and what they hold. */
  async compare(): Promise<void> {
    const { setup, model } = this;
    for (const [ours, theirs] of [
      [setup.base, model.base],
      [this.branch('one'), this.branch('one')],
      [this.branch('two'), this.branch('two')],
    ]) {
      const head = await setup.host.head(setup.repository, ours);
      const expected = await model.head(model.repository, theirs);
      expect([ours, head && (this.ofHost.get(head) ?? head)]).toEqual([
        ours,
        expected,
      ]);
      if (!head || !expected) continue;
      const folder = [`${this.scope}/`];
      const [files, modelFiles] = await Promise.all([
        setup.host.read(setup.repository, head, folder),
        model.read(model.repository, expected, folder),
      ]);
      expect(files.map(asText)).toEqual(modelFiles.map(asText));
    }
  }

  private async commit(
    { branch, file, text, belief }: Operation,
    head: string | undefined,
    baseHead: string,
  ): Promise<void> {
    const believed = { present: head, none: undefined, base: baseHead }[belief];
    await this.both(target =>
      target.host.commit({
        repository: target.repository,
        branch: this.branch(branch),
        expectedHead: believed && target.id(believed),
        parent: target.id(head ?? baseHead),
        files: [textFile(`${this.scope}/${file}`, text)],
        message: `Change of ${branch}`,
        author,
        time: 1_800_000_000,
      }),
    );
  }

  private async push(
    { file }: Operation,
    ours: string,
    theirs: string,
    from: string,
  ): Promise<void> {
    const files = [
      textFile(`${this.scope}/${file}`, `by hand ${++this.pushes}\n`),
    ];
    this.match(
      await this.setup.person.push(ours, files, this.ofModel.get(from)),
      await this.model.push(theirs, files, from),
    );
  }

  /** The call, twice to the host and once to the model: all three answers are the same. */
  private async both(
    call: (target: Target) => Promise<unknown>,
  ): Promise<void> {
    const { setup, model } = this;
    const real: Target = {
      ...setup,
      id: id => this.ofModel.get(id)!,
    };
    const ideal: Target = {
      ...{ host: model, repository: model.repository, base: model.base },
      id: id => id,
    };
    const first = await answer(call(real));
    const second = await answer(call(real));
    const expected = await answer(call(ideal));
    expect(second).toEqual(first);
    for (const key of ['commit', 'head', 'mergeCommit', 'baseHead'] as const) {
      const [mine, yours] = [first?.[key], expected?.[key]];
      if (mine && yours) this.match(mine, yours);
    }
    expect(this.translated(first)).toEqual(this.translated(expected));
  }

  private translated(found: Answer | undefined): unknown {
    const known = (id?: string) => id && (this.ofHost.get(id) ?? id);
    return (
      found && {
        outcome: found.outcome,
        error: found.error,
        state: found.state,
        commit: known(found.commit),
        head: known(found.head),
        baseHead: known(found.baseHead),
        mergeCommit: known(found.mergeCommit),
        endedByPerson: found.endedBy !== undefined,
      }
    );
  }

  private match(ofHost: string, ofModel: string): void {
    expect(this.ofHost.get(ofHost) ?? ofModel).toBe(ofModel);
    expect(this.ofModel.get(ofModel) ?? ofHost).toBe(ofHost);
    this.ofHost.set(ofHost, ofModel);
    this.ofModel.set(ofModel, ofHost);
  }

  private branch(name: Operation['branch']): string {
    return `${this.scope}-${name}`;
  }
}

interface Target extends Pick<ChangeHostSetup, 'host' | 'repository' | 'base'> {
  /** The id that this side has for a commit of the model. */
  id(ofModel: string): string;
}

type Answer = Partial<
  PullRequest & {
    outcome: string;
    commit: string;
    baseHead: string;
    error: string;
  }
>;

async function answer(call: Promise<unknown>): Promise<Answer | undefined> {
  return call.then(
    found => found as Answer | undefined,
    (error: Error) => ({ error: error.name }),
  );
}

function asText(found: { path: string; content: Uint8Array }): string[] {
  return [found.path, Buffer.from(found.content).toString()];
}
