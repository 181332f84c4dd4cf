import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Where the values of one application stand in a GitOps repository. */
export function valuesFile(application: number): string {
  return `apps/app-${application}/values.yaml`;
}

/** About one and a half kilobytes, as values files are. */
export function valuesText(tag: string): string {
  const environment = Array.from(
    { length: 30 },
    (_, n) => `  - name: SETTING_${n}\n    value: "value number ${n}"\n`,
  ).join('');
  return `image:\n  repository: registry.example.com/shop/api\n  tag: ${JSON.stringify(tag)}\nreplicas: 2\nenv:\n${environment}`;
}

/** Writes the files of a GitOps repository with that many applications. */
export async function writeSeed(
  folder: string,
  applications: number,
): Promise<string> {
  for (let n = 0; n < applications; n++) {
    const file = path.join(folder, valuesFile(n));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, valuesText('0'));
  }
  return folder;
}
