import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';

/** What of an OpenAPI 3.0 document is used here. */
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, any>>;
}

interface Operation {
  operationId: string;
  parameters?: Array<Parameter | Reference>;
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, Reference | Response>;
}

interface Reference {
  $ref: string;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: object;
}

interface Response {
  content?: Record<
    string,
    { schema: object; examples?: Record<string, { value?: unknown } & object> }
  >;
}

/**
 * GitHub's own description of its REST API. It answers which operation a request
 * is, and what in a request or an answer is not as described.
 */
export class RestDescription {
  private static instance: RestDescription | undefined;
  private readonly ajv = new Ajv({
    strict: false,
    validateFormats: false,
    coerceTypes: false,
    allErrors: true,
  });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly templates: Array<{ path: string; pattern: RegExp }>;

  private constructor(private readonly description: Description) {
    this.templates = Object.keys(description.paths)
      // A fixed part is nearer than a name: `/app/hook` before `/app/{x}`.
      .sort((a, b) => names(a) - names(b))
      .map(template => ({ path: template, pattern: patternOf(template) }));
  }

  /** Read once for a test file: it is 13 MB. */
  static published(): RestDescription {
    this.instance ??= new RestDescription(
      JSON.parse(readFileSync(descriptionFile(), 'utf8')),
    );
    return this.instance;
  }

  /** @returns `undefined` where GitHub has no such operation. */
  find(method: string, pathname: string): string | undefined {
    const verb = method.toLowerCase();
    const found = this.templates.find(
      ({ path: template, pattern }) =>
        pattern.test(pathname) && this.description.paths[template][verb],
    );
    return found && `${verb} ${found.path}`;
  }

  /** What GitHub does not know of this request. */
  requestProblems(
    key: string,
    query: URLSearchParams,
    body: unknown,
  ): string[] {
    const operation = this.operation(key);
    const known = (operation.parameters ?? [])
      .map(one => this.resolve<Parameter>(one))
      .filter(one => one.in === 'query');
    const problems = [...query]
      .filter(([name]) => !known.some(one => one.name === name))
      .map(([name]) => `query parameter ${name} is not described`);
    for (const { name, schema, required } of known) {
      const value = query.get(name);
      if (value !== null) {
        problems.push(
          ...this.check(`${key} ?${name}`, this.plain(schema), typed(value)),
        );
      } else if (required) problems.push(`query parameter ${name} is missing`);
    }
    const schema = operation.requestBody?.content['application/json']?.schema;
    if (!schema) {
      if (body !== undefined) problems.push('no body is described');
      return problems;
    }
    return [
      ...problems,
      ...this.check(`${key} body`, closed(this.plain(schema)), body ?? {}),
    ];
  }

  /** What a client that trusts the description would stumble over. */
  responseProblems(key: string, status: number, body: unknown): string[] {
    const described = this.operation(key).responses[status];
    if (!described) return [`status ${status} is not described`];
    const { content } = this.resolve<Response>(described);
    const schema = content?.['application/json']?.schema;
    if (!schema) return [];
    const check = (value: unknown) =>
      this.check(`${key} ${status}`, schema, value);
    const problems = check(body);
    if (problems.length === 0) return [];
    // GitHub's own examples are not always as described.
    const known = new Set(check(this.example(key, status)));
    return problems.filter(problem => !known.has(problem));
  }

  /** What GitHub gives as an example of a good answer. */
  example(key: string, status: number): unknown {
    const described = this.operation(key).responses[status];
    if (!described) return undefined;
    const { content } = this.resolve<Response>(described);
    const examples = content?.['application/json']?.examples ?? {};
    const [first] = Object.values(examples);
    return first && this.resolve<{ value: unknown }>(first).value;
  }

  private operation(key: string): Operation {
    const [verb, template] = key.split(' ');
    return this.description.paths[template][verb];
  }

  private check(name: string, schema: object, value: unknown): string[] {
    let validate = this.validators.get(name);
    if (!validate) {
      validate = this.ajv.compile({
        ...nullable(schema),
        // References point here.
        components: { schemas: this.schemasOf(schema) },
      });
      this.validators.set(name, validate);
    }
    if (validate(value)) return [];
    return validate.errors!.map(
      ({ instancePath, message, params }) =>
        `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`,
    );
  }

  /** The schemas that one refers to, and those they refer to. */
  private schemasOf(schema: object): Record<string, object> {
    const found: Record<string, object> = {};
    const add = (text: string) => {
      for (const [, name] of text.matchAll(
        /#\/components\/schemas\/([^"]+)/g,
      )) {
        if (found[name]) continue;
        found[name] = nullable(this.description.components.schemas[name]);
        add(JSON.stringify(found[name]));
      }
    };
    add(JSON.stringify(schema));
    return found;
  }

  private resolve<T>(one: T | Reference | object): T {
    const { $ref } = one as Partial<Reference>;
    if (!$ref) return one as T;
    const [kind, name] = $ref.split('/').slice(2);
    return this.description.components[kind][name] as T;
  }

  private plain(schema: object): object {
    return this.resolve<object>(schema);
  }
}

function descriptionFile(): string {
  const name = '@octokit/openapi/generated/api.github.com.json';
  // Its entry loads all versions of all products; this one file is enough.
  return require.resolve
    .paths(name)!
    .map(folder => path.join(folder, name))
    .find(existsSync)!;
}

function patternOf(template: string): RegExp {
  const escaped = template.replace(/[.*+?^$|()[\]\\]/g, '\\$&');
  // A name of a ref or a path of a file holds slashes, sent encoded or not.
  const pattern = escaped.replace(/\{([^}]+)\}/g, (_, name) =>
    /^(ref|path|basehead|branch)$/.test(name) ? '.+' : '[^/]+',
  );
  return new RegExp(`^${pattern}$`);
}

function names(template: string): number {
  return template.split('{').length;
}

/** Names nobody knows are refused, though the description would let them pass. */
function closed(schema: any): object {
  return schema.properties && schema.additionalProperties === undefined
    ? { ...schema, additionalProperties: false }
    : schema;
}

/** OpenAPI 3.0 allows `nullable` beside any keyword, Ajv beside `type` alone; and GitHub means it for lists of values too. */
function nullable(schema: any): any {
  if (Array.isArray(schema)) return schema.map(nullable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, nullable(value)]),
  );
  if (inner.nullable !== true) return inner;
  if (inner.type) {
    return inner.enum ? { ...inner, enum: [...inner.enum, null] } : inner;
  }
  const { nullable: _, ...rest } = inner;
  return { anyOf: [{ type: 'null' }, rest] };
}

function typed(value: string): unknown {
  if (/^\d+$/.test(value)) return Number(value);
  return value === 'true' || value === 'false' ? value === 'true' : value;
}
