import express, {
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { HttpProblem } from './problem';

/**
 * Reads the body of a request before anybody knows who sends it. What a
 * stranger may cost is bounded three times: bytes, time, and how many are read
 * at once; the most memory it takes is `maxBytes` times `atOnce`.
 *
 * @param withinMs - who is slower is turned away
 */
export function bodyOfStranger(options: {
  maxBytes: number;
  atOnce: number;
  withinMs: number;
}): RequestHandler {
  const { maxBytes, atOnce, withinMs } = options;
  // What is signed is signed as sent; nothing is unpacked for a stranger.
  const read = express.raw({
    type: () => true,
    limit: maxBytes,
    inflate: false,
  });
  const readInTime = (request: Request, response: Response) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(tooSlow(withinMs)), withinMs);
      read(request, response, error => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      });
    });
  let reading = 0;
  return (request, response, next) => {
    // The parser would hear all of it out before it says so.
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      next(tooLarge(maxBytes));
      return;
    }
    if (reading >= atOnce) {
      next(tooMany());
      return;
    }
    reading += 1;
    readInTime(request, response)
      .finally(() => {
        reading -= 1;
      })
      .then(() => next(), next);
  };
}

/** Who is turned away unheard shall not go on sending. */
const connection = 'close';

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem({
    status: 413,
    detail: `The body is larger than ${maxBytes} bytes.`,
    headers: { connection },
  });
}

function tooMany(): HttpProblem {
  return new HttpProblem({
    status: 503,
    detail: 'Too much is being read already. Send it again in a moment.',
    headers: { connection, 'retry-after': '1' },
  });
}

function tooSlow(withinMs: number): HttpProblem {
  return new HttpProblem({
    status: 408,
    detail: `The body did not arrive within ${withinMs / 1_000} seconds. Send it again.`,
    headers: { connection },
  });
}
