import { readFile } from 'node:fs/promises';
import {
  describeSensor,
  parseSensors,
} from '@gitops-events/plugin-gitops-events-sensors';
import { command } from 'cleye';
import { withDefaults } from '../describe/withDefaults';
import { exitCodes } from '../exitCodes';
import { findFiles, isSensorFile } from '../files/findFiles';
import { problemLines } from '../files/problemLines';
import { renderHelp } from '../help';
import { actionsFor } from '../lint/moduleActions';
import type { Terminal } from '../terminal';

export const describeCommand = (
  terminal: Terminal,
  run: (work: () => Promise<number>) => Promise<void>,
) =>
  command(
    {
      name: 'describe',
      parameters: ['<file>'],
      help: {
        description:
          'Say what the sensors of a file do, with every default written out',
        examples: ['gitops-events describe sensors/promote-image.yaml'],
        render: renderHelp,
      },
    },
    ({ _: { file } }) =>
      run(async () => {
        const [name] = await findFiles([file], isSensorFile);
        const text = await readFile(name, 'utf8');
        const actions = actionsFor(text);
        const { sensors, refused } = parseSensors(text, { actions });
        for (const { sensor, yaml } of sensors) {
          const said = describeSensor(sensor);
          terminal.print(
            [
              `${said.title} (${sensor.metadata.name}, of ${sensor.metadata.owner})`,
              ...section('Listens to', said.listensTo),
              ...section('Concerns', said.concerns),
              ...section('Does', said.does),
              ...section('When it fails', said.onFailure),
              ...section('Bounds', said.bounds),
              '',
              withDefaults(yaml),
            ].join('\n'),
          );
        }
        for (const { problems } of refused) {
          const marks = problems.map(problem => ({ file: name, ...problem }));
          for (const line of problemLines(marks)) terminal.complain(line);
        }
        return refused.length > 0 ? exitCodes.found : exitCodes.fine;
      }),
  );

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map(line => `  ${line}`)];
}
