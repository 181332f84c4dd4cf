/**
 * Named places where the chaos harness kills the process: right after the
 * named thing became durable, before anything else knows of it.
 */
export const crashPoints = [
  'accept',
  'intake',
  'decide',
  'timer',
  'claim',
  'seal',
  'objects',
  'ref',
  'pullRequest',
  'merge',
  'done',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

const [named, count = '1'] = (process.env.GITOPS_EVENTS_CRASH_AT ?? '').split(
  ':',
);
let wanted = named;
let left = Number(count);

/** As `GITOPS_EVENTS_CRASH_AT` does at the start: from now on, the nth passing of the point ends the process. */
export function crashAt(point: CrashPoint, nth: number): void {
  wanted = point;
  left = nth;
}

/** Does nothing unless `GITOPS_EVENTS_CRASH_AT=<point>[:<nth time>]` is set. */
export function crashPoint(point: CrashPoint): void {
  if (point !== wanted) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}
