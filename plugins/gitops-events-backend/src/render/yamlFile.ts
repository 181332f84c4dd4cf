import { EditError, inFile } from './editError';
import type { EditRecord } from './editRecord';
import { swappedLines } from './swappedLines';
import { readYamlValue, setYamlValue, type YamlEditResult } from './yamlEdit';
import { removeYamlValue } from './yamlRemove';
import type { PlainValue } from './yamlWrite';

/**
 * One YAML file while its edits are made, and what they changed.
 *
 * @throws EditError from each method, with the name of the file in front.
 */
export class YamlFile {
  readonly record: EditRecord[] = [];

  constructor(
    readonly name: string,
    private current: string,
  ) {}

  get text(): string {
    return this.current;
  }

  /** What stands at the path; undefined when nothing does. */
  read(path: string): unknown {
    return inFile(this.name, () => readYamlValue(this.current, path));
  }

  set(path: string, value: unknown): void {
    this.edit(path, value, text =>
      setYamlValue(text, path, value as PlainValue),
    );
  }

  remove(path: string): void {
    this.edit(path, undefined, text => removeYamlValue(text, path));
  }

  /** @throws EditError about this file. */
  refuse(code: string, message: string): never {
    throw new EditError(code, `${this.name}: ${message}`, { file: this.name });
  }

  private edit(
    path: string,
    after: unknown,
    work: (text: string) => YamlEditResult,
  ): void {
    const { text, before } = inFile(this.name, () => work(this.current));
    if (text === this.current) return;
    const lines = swappedLines(this.current, text);
    this.record.push({ file: this.name, path, before, after, lines });
    this.current = text;
  }
}
