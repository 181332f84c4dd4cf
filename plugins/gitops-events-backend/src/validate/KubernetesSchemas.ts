import { readFile } from 'node:fs/promises';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import {
  groupOf,
  type KubernetesObject,
  type ObjectProblem,
} from './kubernetesObject';

/**
 * JSON Schemas of Kubernetes kinds in a folder of the operator's, one file a kind,
 * named as kubeconform reads them: `deployment-apps-v1.json`, `service-v1.json`,
 * or `argoproj.io/application_v1alpha1.json`. Each is read when it is first asked for.
 */
export class KubernetesSchemas {
  private readonly ajv = new Ajv({
    strict: false,
    allErrors: true,
    // Their formats (int32, quantity) are not those of JSON Schema.
    validateFormats: false,
    logger: false,
  });
  private readonly known = new Map<
    string,
    Promise<ValidateFunction | undefined>
  >();

  constructor(private readonly folder: string) {}

  /**
   * What the schema says of an object; undefined when there is none for its kind.
   *
   * @throws Error when the schema itself is broken
   */
  async problems(
    object: KubernetesObject,
  ): Promise<ObjectProblem[] | undefined> {
    const validate = await this.schemaOf(object);
    if (!validate) return undefined;
    if (validate(object)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const fields = instancePath.split('/').slice(1).map(unescaped);
      const extra = (params as { additionalProperty?: string })
        .additionalProperty;
      const where = fields.join('.') || 'it';
      return {
        path: extra === undefined ? fields : [...fields, extra],
        message: `${where} ${message}${extra === undefined ? '' : `: ${extra}`}`,
      };
    });
  }

  private schemaOf(
    object: KubernetesObject,
  ): Promise<ValidateFunction | undefined> {
    const names = fileNames(object);
    const key = names.join();
    let schema = this.known.get(key);
    if (!schema) {
      schema = this.load(names);
      this.known.set(key, schema);
      // Perhaps it is mended by the next time.
      schema.catch(() => this.known.delete(key));
    }
    return schema;
  }

  private async load(names: string[]): Promise<ValidateFunction | undefined> {
    for (const name of names) {
      let text: string;
      try {
        text = await readFile(path.join(this.folder, name), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        throw error;
      }
      try {
        return this.ajv.compile(JSON.parse(text));
      } catch (error) {
        throw new Error(
          `The schema ${name} cannot be used: ${(error as Error).message}`,
        );
      }
    }
    return undefined;
  }
}

/** None for a kind or version that no file name could hold: they come from events. */
function fileNames(object: KubernetesObject): string[] {
  const group = groupOf(object);
  const version = object.apiVersion.split('/').at(-1)!;
  const kind = object.kind.toLowerCase();
  const harmless = [group || 'core', version, kind].every(part =>
    /^[a-z0-9][a-z0-9.-]*$/.test(part),
  );
  if (!harmless) return [];
  const short = group.split('.')[0];
  return [
    `${[kind, short, version].filter(Boolean).join('-')}.json`,
    ...(group ? [`${group}/${kind}_${version}.json`] : []),
  ];
}

function unescaped(part: string): string {
  return part.replace(/~1/g, '/').replace(/~0/g, '~');
}
