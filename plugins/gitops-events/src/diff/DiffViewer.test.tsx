import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { DiffViewer } from './DiffViewer';
import { linesAtFirst } from './DiffLines';

const file = (
  path: string,
  patch: string,
  more?: Partial<FileDiff>,
): FileDiff => ({
  path,
  kind: 'modified',
  additions: 1,
  deletions: 1,
  binary: false,
  patch,
  ...more,
});
const small = '@@ -6,1 +6,1 @@\n-replicas: 3\n+replicas: 4\n';

describe('DiffViewer', () => {
  it('shows lines with numbers and says by word what is added and deleted', () => {
    render(<DiffViewer files={[file('values.yaml', small)]} />);
    const lines = screen.getByRole('region', {
      name: 'Changes of values.yaml',
    });
    const added = within(lines).getByText('replicas: 4').closest('tr')!;
    expect(within(added).getByText('6')).toBeInTheDocument();
    expect(within(added).getByLabelText('added')).toHaveTextContent('+');
  });

  it('folds a file away and shows it again', async () => {
    render(<DiffViewer files={[file('values.yaml', small)]} />);
    const head = screen.getByRole('button', { name: /values.yaml/ });
    await userEvent.click(head);
    expect(head).toHaveAttribute('aria-expanded', 'false');
    expect(screen.queryByText('replicas: 4')).not.toBeInTheDocument();
    await userEvent.click(head);
    expect(screen.getByText('replicas: 4')).toBeInTheDocument();
  });

  it('shows a long file in part until one asks for the rest', async () => {
    const count = linesAtFirst + 20;
    const lines = Array.from(
      { length: count },
      (_, index) => `+line ${index + 1}`,
    );
    const patch = `@@ -0,0 +1,${count} @@\n${lines.join('\n')}\n`;
    render(<DiffViewer files={[file('long.txt', patch)]} />);
    expect(screen.queryByText(`line ${count}`)).not.toBeInTheDocument();
    // The hunk's head is one of the lines shown.
    await userEvent.click(
      screen.getByRole('button', { name: 'Show 21 more lines' }),
    );
    expect(screen.getByText(`line ${count}`)).toBeInTheDocument();
  });

  it('says that a binary file is not shown', () => {
    render(<DiffViewer files={[file('logo.png', '', { binary: true })]} />);
    expect(screen.getByText(/binary file/)).toBeInTheDocument();
  });
});
