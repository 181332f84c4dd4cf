import { rm } from 'node:fs/promises';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { canCloseOff, canTry } from './__testUtils__/realTool';
import { askTool, startTrap } from './__testUtils__/toolRoom';

/** It needs no provider: nothing could be downloaded. */
const good = {
  'main.tf': `variable "replicas" {
  type = number
}

locals {
  doubled = var.replicas * 2
}

resource "terraform_data" "cluster" {
  input = local.doubled
}

output "doubled" {
  value = terraform_data.cluster.output
}
`,
};

describe('the real terraform', () => {
  let there: boolean;
  let temporary: string;
  let trap: Awaited<ReturnType<typeof startTrap>>;
  beforeAll(async () => {
    there = await canTry('terraform');
    temporary = await temporaryFolder();
    trap = await startTrap();
  });
  afterAll(async () => {
    await trap.stop();
    await rm(temporary, { recursive: true });
  });
  const after = (more: Record<string, string>) =>
    askTool('terraform', {
      ...{ before: good, after: { ...good, ...more }, temporary },
    });
  const changed = (from: string, to: string) => ({
    'main.tf': good['main.tf'].replace(from, to),
  });

  it('takes a module', async () => {
    if (!there) return;
    expect(await after(changed('* 2', '* 3'))).toMatchObject({
      verdict: 'pass',
      reasons: [],
    });
  });

  it.each([
    ['a name that is not there', changed('local.doubled', 'local.dubled')],
    ['what is no HCL', changed('locals {', 'locals {{')],
    ['a provider that cannot be had', { 'more.tf': 'data "dubled" "a" {}\n' }],
  ])('refuses %s in its own words', async (_, more) => {
    if (!there) return;
    const verdict = await after(more);
    expect(verdict).toMatchObject({
      verdict: 'deny',
      reasons: [
        expect.stringMatching(
          /^terraform does not take app\/: .*(dubled|Invalid|Error)/,
        ),
      ],
    });
    expect(JSON.stringify(verdict)).not.toContain(temporary);
  });

  it('reaches no address of this machine', async () => {
    if (!there || !(await canCloseOff())) return;
    const verdict = await after({
      'more.tf': `module "a" {\n  source = "${trap.url}/module.zip"\n}\n`,
    });
    expect(verdict).toMatchObject({ verdict: 'deny' });
    expect(trap.visits).toEqual([]);
  });

  it('does not see what we are', async () => {
    if (!there || !(await canCloseOff())) return;
    process.env.SECRET_OF_OURS = 'hunter2';
    const verdict = await after({
      'more.tf': `output "a" {\n  value = tonumber(file("/proc/${process.pid}/environ"))\n}\n`,
    });
    delete process.env.SECRET_OF_OURS;
    expect(verdict).toMatchObject({
      verdict: 'deny',
      reasons: [expect.stringContaining('no file exists')],
    });
  });

  it('runs no program of the repository', async () => {
    if (!there) return;
    const verdict = await after({
      'more.tf':
        'resource "terraform_data" "a" {\n  provisioner "local-exec" {\n    command = "touch ran && exit 1"\n  }\n}\n',
    });
    expect(verdict).toMatchObject({ verdict: 'pass', reasons: [] });
  });
});
