/** What people press on the pages of a forge, for the pull request of a branch. @public */
export interface ForgePeople {
  merge(branch: string, how: 'merge' | 'squash' | 'rebase'): Promise<string>;
  close(branch: string): Promise<void>;
  reopen(branch: string): Promise<void>;
  pointAt(branch: string, base: string): Promise<void>;
  /** Not a pull request: any branch. */
  rename(branch: string, to: string): Promise<void>;
  makeDraft(branch: string): Promise<void>;
  makeReady(branch: string): Promise<void>;
  /** Takes it out of the merge queue, or off the merge train. */
  takeOut(branch: string): Promise<void>;
}

/** How a forge is called on timelines, and what it says there. @public */
export interface ForgeWords {
  /** `GitHub` */
  name: string;
  /** Who is asked where the team `payments` owns it: itself, or its only member. */
  team: string;
  /** After it went into a queue, or onto a train. */
  queued: RegExp;
  takenOut: RegExp;
  draft: RegExp;
  reviewMissing: RegExp;
  changesRequested: RegExp;
  checkRunning: RegExp;
}

/** A stand-in of a forge with a real repository behind it, and what people do there. @public */
export interface Forge {
  words: ForgeWords;
  /** As a sensor names it. */
  repository: string;
  /** The bare repository behind it. */
  directory: string;
  /** Under `integrations` of Backstage. */
  integrations: object;
  /** Under `gitopsEvents`: secrets of webhooks, limits. */
  config: object;
  people: ForgePeople;
  /** Rules of the repository, and what came of them so far. */
  rules: {
    review(is: 'missing' | 'changesRequested' | 'given'): void;
    check(is: 'running' | 'passed'): void;
    queue(isThere: boolean): void;
    /** Branches must have all of base. */
    upToDate(must: boolean): void;
    /** What stands in the queue is merged. */
    queueMoves(branch: string): Promise<void>;
    none(): void;
  };
  /** How the catalog's provider of this forge annotates people and teams. */
  annotations: {
    user(name: string): Record<string, string>;
    team(name: string): Record<string, string>;
  };
  /** Where it shows a folder of a branch. */
  folderUrl(branch: string, folder: string): string;
  /** The message of its webhook about a branch; each is another one. */
  webhook(branch: string): {
    path: string;
    headers: Record<string, string>;
    body: string;
  };
  comments(branch: string): string[];
  reviewers(branch: string): string[];
  isDraft(branch: string): boolean;
  stop(): Promise<void>;
}

/** The whole plugin, started on a forge. @public */
export interface ForgePortal {
  /** `http://localhost:1234/api/gitops-events` */
  url: string;
  /** Of a person, by their reference. */
  authorization(person: string): string;
  /** Sets back by so many days when the content of a branch was proposed. */
  age(branch: string, days: number): Promise<void>;
  stop(): Promise<void>;
}

/** @public */
export type StartForgePortal = (
  config: object,
  entities: object[],
) => Promise<ForgePortal>;
