import type { Renderers } from 'cleye';

type HelpNode = Parameters<
  NonNullable<
    Exclude<
      NonNullable<Parameters<typeof import('cleye').cli>[0]['help']>,
      false
    >['render']
  >
>[0][number];

/** The help pages; reports of the command line know no section "Examples:". */
export function renderHelp(nodes: HelpNode[], renderers: Renderers): string {
  for (const node of nodes) {
    if (node.id === 'examples') node.data.title = 'Examples';
  }
  return renderers.render(nodes);
}
