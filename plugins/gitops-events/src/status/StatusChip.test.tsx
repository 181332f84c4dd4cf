import { render, screen } from '@testing-library/react';
import { StatusChip } from './StatusChip';

const status = {
  tone: 'warning',
  word: 'Waiting',
  sentence: 'Waiting for an approval from platform',
} as const;

describe('StatusChip', () => {
  it('says its word, and the sentence on hover', () => {
    render(<StatusChip status={status} />);
    expect(screen.getByText('Waiting')).toBeInTheDocument();
    expect(screen.getByTitle(status.sentence)).toBeInTheDocument();
  });

  it('can say the whole sentence', () => {
    render(<StatusChip status={status} sentence />);
    expect(screen.getByText(status.sentence)).toBeInTheDocument();
  });

  it('shows each tone by a different icon, not by colour alone', () => {
    const tones = ['success', 'info', 'warning', 'error', 'neutral'] as const;
    const shapes = tones.map(tone => {
      const { container } = render(<StatusChip status={{ ...status, tone }} />);
      return container.querySelector('svg')!.getAttribute('data-testid');
    });
    expect(new Set(shapes).size).toBe(tones.length);
  });
});
