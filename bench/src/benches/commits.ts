import type { Bench } from './bench';
import { eventToCommit } from './eventToCommit';
import { gitRoom } from './gitRoom';

export const commits: Bench = {
  name: 'commits',
  about: 'how fast commits reach a repository, durable on both sides',
  run: async room => [...(await gitRoom(room)), ...(await eventToCommit(room))],
};
