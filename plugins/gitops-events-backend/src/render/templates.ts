import {
  createTemplateRenderer,
  TemplateRenderError,
  type TemplateContext,
} from 'nunjitsu';
import { demandDefined } from './strictTemplate';

export interface TemplateFile {
  /** Path below the template folder. */
  path: string;
  text: string;
}

export type RenderedTemplate =
  | TemplateFile
  /** `path` is the template's own; `error` says what is wrong and in which line. */
  | { path: string; error: string };

const demand = '_demanded';
const renderer = createTemplateRenderer({
  globals: {
    [demand]: (value, name) => {
      if (value === undefined) {
        throw new Error(
          `${name} is not defined; set it in params, or give it a default: ${name} | default("...")`,
        );
      }
      return value;
    },
  },
});
const limits = {
  outputCodeUnits: 1024 * 1024,
  capabilityCalls: 100_000,
};

/**
 * Renders template files as Backstage's scaffolder does: `${{ params.name }}`
 * gives a value, `{% if %}` and `{% for %}` are blocks, `{% raw %}` keeps what
 * stands in it, such as the `${{ github.sha }}` of a workflow. Every file is
 * rendered, and its path too; a trailing `.njk` is dropped from the name. Unlike
 * there, a value that is not defined is an error.
 *
 * Pure, and bounded by units of work, not by time: run it where a deadline can end it.
 */
export function renderTemplates(
  files: TemplateFile[],
  params: Record<string, unknown>,
): RenderedTemplate[] {
  const render = (source: string) =>
    renderer.render(
      demandDefined(source, demand),
      { params } as TemplateContext,
      {
        limits,
      },
    );
  return files.map(({ path, text }) => {
    try {
      return {
        path: render(path).replace(/\.njk$/, ''),
        text: render(text),
      };
    } catch (error) {
      return { path, error: explain(error as Error) };
    }
  });
}

function explain(error: Error): string {
  // The column is that of the rewritten text, so it would mislead.
  const message = error.message
    .replace(/^Template error at line \d+, column \d+: /, '')
    .replace(`Template global "${demand}" failed: `, '');
  const line = error instanceof TemplateRenderError ? error.line : undefined;
  return line === undefined ? message : `Line ${line}: ${message}`;
}
