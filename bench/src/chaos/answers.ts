/** What requests were answered, counted. */
export interface Answers {
  /** 202. */
  accepted: number;
  /** 503 that says when to come again. */
  refused: number;
  /** No answer within the patience of the sender, or nobody was there. */
  unanswered: number;
  /** Anything else, such as a 500, or a 503 that does not say when to come again. */
  unexplained: number;
}

export const noAnswers: Answers = {
  ...{ accepted: 0, refused: 0, unanswered: 0, unexplained: 0 },
};

/** Which of them an answer is. Pure. */
export function kindOf(
  response: Pick<Response, 'status' | 'headers'> | undefined,
): keyof Answers {
  if (!response) return 'unanswered';
  if (response.status === 202) return 'accepted';
  return response.status === 503 && response.headers.has('retry-after')
    ? 'refused'
    : 'unexplained';
}
