export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** One request as the routes see it. */
export interface Asked {
  params: string[];
  query: URLSearchParams;
  body: any;
  actor: Actor;
}

export interface Actor {
  login: string;
  isApp: boolean;
}

export interface Route {
  method: string;
  path: RegExp;
  answer(asked: Asked): Promise<Answer>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const notFound = (): Answer => ({
  status: 404,
  body: {
    message: 'Not Found',
    documentation_url: 'https://docs.github.com/rest',
    status: '404',
  },
});
export const refused = (message: string, errors?: unknown[]): Answer => ({
  status: 422,
  body: {
    message,
    ...(errors && { errors }),
    documentation_url: 'https://docs.github.com/rest',
    status: '422',
  },
});
