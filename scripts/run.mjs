// Every command of this repository (`npm start`, `npm test`, `npm run <command>`, `yarn <command>`) enters here.
// It needs Node 20 and npm, fetches once what is missing, then hands over to the real command.
import { commands } from './commands.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { launch } from './launch.mjs';
import { StepFailed } from './step.mjs';
import { ensureToolchain } from './toolchain.mjs';

async function run(name, args) {
  if (!Object.hasOwn(commands, name)) {
    const known = Object.keys(commands).sort().join(', ');
    throw new StepFailed(`There is no command "${name}". Known: ${known}.`);
  }
  const toolchain = await ensureToolchain();
  if (name !== 'yarn') {
    await ensureDependencies(toolchain);
  }
  for (const step of commands[name](args, toolchain)) {
    const code = await launch(toolchain.node, step, toolchain.env);
    if (code !== 0) {
      return code;
    }
  }
  return 0;
}

try {
  const [name = '', ...args] = process.argv.slice(2);
  process.exitCode = await run(name, args);
} catch (error) {
  if (!(error instanceof StepFailed)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
