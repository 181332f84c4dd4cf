import type { Bench } from './bench';
import { eventToCommit } from './eventToCommit';
import { gitRoom } from './gitRoom';
import { largeRepository } from './largeRepository';

export const commits: Bench = {
  name: 'commits',
  about:
    'how fast commits reach a repository, durable on both sides, and what they cost in a large one',
  run: async room => [
    ...(await gitRoom(room)),
    ...(await eventToCommit(room)),
    ...(await largeRepository(room)),
  ],
};
