import { EditError } from './editError';

/**
 * A text of several lines, put into YAML as it is, writes keys that nobody meant:
 * `name: x` becomes `name: x` and `admin: true`.
 *
 * @throws EditError that names the parameter.
 */
export function refuseTornLines(
  path: string,
  text: string,
  params: Record<string, unknown>,
): void {
  if (!/\.(ya?ml|json)$/i.test(path)) return;
  for (const { name, value } of textsIn('params', params)) {
    if (/[\r\n]/.test(value.trim()) && text.includes(value.trim())) {
      throw new EditError(
        'templateFailed',
        `${path}: ${name} has several lines, which would become lines of the file. Write it as one value: \${{ ${name} | dump }}.`,
        { file: path },
      );
    }
  }
}

function textsIn(
  name: string,
  value: unknown,
): Array<{ name: string; value: string }> {
  if (typeof value === 'string') return [{ name, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(Array.isArray(value) ? `${name}[${key}]` : `${name}.${key}`, inner),
  );
}
