import path from 'node:path';
import { closedOff } from '../closedOff';
import { findProgram } from '../findProgram';

/** Where `.ci/tools` puts what it builds. */
const built = path.resolve(__dirname, '../../../../../.tools/bin');

/** For tests with real programs: what `.ci/tools` built comes first. */
export const toolPath = [built, process.env.PATH].join(path.delimiter);

/**
 * Whether a tool can be tried. Where it is missing a developer is told what is
 * left out.
 *
 * @throws Error under CI, for what `.ci/tools` builds
 */
export async function canTry(
  tool: 'kustomize' | 'helm' | 'terraform',
): Promise<boolean> {
  if (await findProgram(tool, toolPath)) return true;
  // Nothing that CI may download from has it.
  const elsewhere = tool === 'terraform';
  if (process.env.CI && !elsewhere) {
    throw new Error(`${tool} is missing; .ci/tools builds it.`);
  }
  process.stderr.write(
    `The real ${tool} was not tried: it is not on PATH${
      elsewhere ? '' : '; .ci/tools builds it'
    }.\n`,
  );
  return false;
}

/** Whether this machine lets us close a tool off; else what only that keeps out is not tried. */
export async function canCloseOff(): Promise<boolean> {
  if ((await closedOff()).length > 0) return true;
  process.stderr.write(
    'What a closed-off tool cannot reach was not tried: this machine allows no namespaces.\n',
  );
  return false;
}
