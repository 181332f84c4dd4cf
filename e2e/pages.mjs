// What a person does on each page, in the words that stand there.

const form = '/create/templates/default/application-environment';

export async function requestEnvironment(
  { page },
  portal,
  { application, name, className = 'Development', cpu, memory },
) {
  await page.goto(portal.url + form);
  const picker = page.getByLabel('Application');
  await picker.fill(application);
  await page.getByRole('option', { name: application }).click();
  await page.getByLabel('Name of the environment').fill(name);
  await page.getByRole('radio', { name: className }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  if (cpu) await page.getByLabel('CPU cores').fill(String(cpu));
  if (memory) await page.getByLabel('Memory in GiB').fill(String(memory));
  await page.getByLabel('Contact').fill('ana@example.com');
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Create' }).click();
}

export function timelineOf(application) {
  return `/catalog/default/component/${application}/timeline`;
}

/** The group of one request on a timeline; opens it when it is closed. */
export async function openGroup({ page }, title) {
  const head = page.locator('[data-row-focus]').filter({ hasText: title });
  await head.waitFor();
  if ((await head.getAttribute('aria-expanded')) !== 'true') await head.click();
  return page.getByRole('region', { name: title });
}

/** Waits for the lines in this order, and returns what each says. */
export async function waitForLines(group, kinds, timeout = 60_000) {
  const texts = [];
  for (const kind of kinds) {
    const line = group.locator(`li[data-kind="${kind}"]`).first();
    await line.waitFor({ timeout });
    texts.push((await line.innerText()).replace(/\s+/g, ' '));
  }
  return texts;
}

export async function kindsOf(group) {
  return group
    .locator('li[data-kind]')
    .evaluateAll(lines => lines.map(line => line.dataset.kind));
}

/** From the first line of a group to its last, by the times that stand there. */
export async function secondsOf(group) {
  const times = await group
    .locator('time')
    .evaluateAll(elements => elements.map(each => Date.parse(each.dateTime)));
  return (times.at(-1) - times[0]) / 1000;
}

/** From the timeline to the change, the way a person gets there. */
export async function openChange({ page }, group) {
  await group.getByRole('link', { name: 'View diff' }).click();
  await page.waitForURL(/\/gitops-events\/changes\//);
}

export async function decide({ page }, verb, comment) {
  await page.getByRole('button', { name: verb, exact: true }).click();
  const dialog = page.getByRole('dialog');
  if (comment) await dialog.getByRole('textbox').fill(comment);
  await dialog.getByRole('button', { name: verb, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** A decision in the quarantine: its dialog stays to tell how each run went. */
export async function confirm({ page }, verb, comment) {
  const panel = page.getByRole('region', { name: 'Selected cause' });
  await panel.getByRole('button', { name: verb, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(comment);
  await dialog.getByRole('button', { name: verb, exact: true }).click();
  await dialog.getByText(`It was ${verb.toLowerCase()}`).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
}
