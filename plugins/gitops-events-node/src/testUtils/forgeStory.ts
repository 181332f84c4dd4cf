import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  ChangeView,
  RunView,
  TimelineEntry,
  TimelineGroup,
} from '@gitops-events/plugin-gitops-events-common';
import type { Forge, ForgePortal, StartForgePortal } from './forge';
import { git, pushByHand, temporaryFolder } from './git';
import { textFile } from './textFile';

const FILE = 'apps/shop.yaml';
const before = 'tag: "1.0.0"\nreplicas: 2\n';

/** Sensors `auto` and `propose`: the same change, of one file on a base that the event names. */
const sensor = (mode: string, repository: string) => `
apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${mode}, owner: group:default/platform }
spec:
  mode: ${mode}
  dependencies:
    - { name: asked, ingress: people, type: io.example.${mode} }
  target: { environment: staging }
  steps:
    - id: bump
      action: git:change
      input:
        repo: ${repository}
        base: \${{ event.data.base }}
        edits:
          - { kind: yaml, file: ${FILE}, set: { tag: '\${{ event.data.tag }}' } }
`;

/** What an event asks for. */
interface Asked {
  base: string;
  entity: string;
  tag: string;
}

/** What one looks at in the portal: the run of an event, its change and what its timeline says. */
export interface Told {
  run: RunView;
  change?: ChangeView;
  entries: TimelineEntry[];
  /** All of it, a sentence a line. */
  text: string;
}

/** One event and what came of it, on a base of its own. */
export interface ForgeStory {
  base: string;
  /** Of the pull request, once it is open. */
  branch: string;
  /** Looks until it is so; the forge's webhook tells each time that there is news. */
  until(isSo: (told: Told) => void): Promise<Told>;
  /** A person of the portal decides about the content that they see. */
  decide(what: 'approve' | 'merge'): Promise<void>;
  release(): Promise<void>;
  /** Another event for the same change. */
  again(tag: string): Promise<ForgeStory>;
  /** A person commits on base. */
  moveBase(text: string, file?: string): Promise<string>;
  onBase(): Promise<string>;
}

/** The whole plugin on a forge, and stories that begin with an event. */
export class ForgeStories {
  private bases = 0;

  private constructor(
    readonly forge: Forge,
    readonly portal: ForgePortal,
    private readonly folder: string,
  ) {}

  static async start(options: {
    createForge(): Promise<Forge>;
    startPortal: StartForgePortal;
    entities: (forge: Forge) => object[];
  }): Promise<ForgeStories> {
    const forge = await options.createForge();
    const { repository, directory } = forge;
    await pushByHand(directory, 'main', [
      textFile(FILE, before),
      textFile('CODEOWNERS', '* @dana\napps/ @pia\n'),
    ]);
    const folder = await temporaryFolder();
    const sensors = path.join(folder, 'sensors');
    await mkdir(sensors);
    for (const mode of ['auto', 'propose']) {
      const file = path.join(sensors, `${mode}.yaml`);
      await writeFile(file, sensor(mode, repository));
    }
    const portal = await options.startPortal(
      configuration(forge, folder, sensors),
      options.entities(forge),
    );
    return new ForgeStories(forge, portal, folder);
  }

  async stop(): Promise<void> {
    await this.portal.stop();
    await this.forge.stop();
    await rm(this.folder, { recursive: true });
  }

  /** Sends an event and waits until its pull request is there. */
  async begin(
    mode: 'auto' | 'propose',
    entity = 'component:default/shop',
    base = `base-${++this.bases}`,
  ): Promise<ForgeStory> {
    const { directory } = this.forge;
    await git(directory, ['branch', base, 'main']);
    return this.tell(mode, { base, entity, tag: '2.0.0' });
  }

  private async tell(
    mode: 'auto' | 'propose',
    data: Asked,
  ): Promise<ForgeStory> {
    const { forge } = this;
    const { base } = data;
    const uid = await this.send(`io.example.${mode}`, data);
    /** Empty until its pull request is open. */
    const open: { branch?: string } = {};
    const until = async (isSo: (told: Told) => void) => {
      for (const end = Date.now() + 30_000; ; await pause(200)) {
        const told = await this.read(uid);
        try {
          isSo(told!);
          return told!;
        } catch (error) {
          const isStuck = !open.branch && told?.run?.state === 'held';
          if (isStuck || Date.now() > end) {
            throw new Error(`${error}\n\n${told?.text}`, { cause: error });
          }
        }
        if (open.branch) await this.hear(open.branch);
      }
    };
    const opened = await until(({ change }) => {
      if (change?.pullRequest && change.state === 'waiting') return;
      throw new Error('Its pull request is not open yet.');
    });
    const { branch } = opened.change!;
    open.branch = branch;
    return {
      ...{ base, branch, until },
      decide: async what => {
        const { change } = (await this.read(uid))!;
        const { id, version } = change!;
        const { diffHash } = await this.get(`changes/${id}/diff`);
        const seen = what === 'approve' ? { version, diffHash } : { version };
        await this.post(`changes/${id}/${what}`, 'user:default/ann', seen);
      },
      release: async () => {
        const { run } = (await this.read(uid))!;
        const { id, version } = run;
        const route = `quarantine/${id}/release`;
        await this.post(route, 'user:default/ann', { version });
      },
      again: tag => this.tell(mode, { ...data, tag }),
      moveBase: (text, file = FILE) =>
        pushByHand(forge.directory, base, [textFile(file, text)]),
      onBase: () => git(forge.directory, ['show', `${base}:${FILE}`]),
    };
  }

  private async send(type: string, data: Asked): Promise<string> {
    const { events } = await this.post('events', 'user:default/pia', data, {
      'ce-specversion': '1.0',
      ...{ 'ce-id': randomUUID(), 'ce-source': '/people', 'ce-type': type },
      'ce-entityref': data.entity,
    });
    return events[0].uid;
  }

  private async hear(branch: string): Promise<void> {
    const { path: route, headers, body } = this.forge.webhook(branch);
    const answer = await fetch(`${this.portal.url}/v1/${route}`, {
      ...{ method: 'POST', headers, body },
    });
    if (answer.status !== 202) throw new Error(await answer.text());
  }

  private async read(uid: string): Promise<Told | undefined> {
    const { items } = await this.get(`timeline?event=${uid}`);
    const [{ runs, entries }]: TimelineGroup[] = items;
    const [run] = runs;
    const change = run?.changeId && (await this.get(`changes/${run.changeId}`));
    const text = entries
      .map(({ title, detail }) => [title, detail].filter(Boolean).join(': '))
      .join('\n');
    return { ...{ run, entries, text }, ...(change && { change }) };
  }

  private async get(route: string): Promise<any> {
    const answer = await fetch(`${this.portal.url}/v1/${route}`, {
      headers: { authorization: this.portal.authorization('user:default/ann') },
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  private async post(
    route: string,
    by: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<any> {
    const answer = await fetch(`${this.portal.url}/v1/${route}`, {
      method: 'POST',
      headers: {
        ...{ authorization: this.portal.authorization(by) },
        ...{ 'content-type': 'application/json', ...headers },
      },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${route}: ${JSON.stringify(said)}`);
    return said;
  }
}

function configuration(
  { repository, integrations, config }: Forge,
  folder: string,
  sensors: string,
) {
  return {
    app: { baseUrl: 'http://localhost:3000' },
    integrations,
    gitopsEvents: {
      durability: 'relaxed',
      ingresses: {
        people: {
          principals: ['user:default/*'],
          sources: ['/people'],
          types: ['io.example.*'],
          entities: ['component:*'],
        },
      },
      boundaries: [
        {
          owner: 'group:default/platform',
          ingresses: ['people'],
          actions: ['*'],
          repositories: [
            { repo: repository, branches: ['base-*'], paths: ['apps/'] },
          ],
          environments: ['staging'],
          merge: true,
        },
      ],
      targets: { staging: { class: 'staging', mode: 'auto' } },
      local: { directory: path.join(folder, 'repositories') },
      sensors: { locations: [{ folder: sensors }] },
      ...config,
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
