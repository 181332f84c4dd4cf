import {
  createTheme,
  getContrastRatio,
  type Theme,
} from '@mui/material/styles';
import { toneColours, type Tone } from './toneColours';

const tones: Tone[] = ['success', 'info', 'warning', 'error', 'neutral'];
const all: [string, Theme][] = [
  // Surfaces of Backstage's own themes.
  [
    'light',
    createTheme({
      palette: { background: { default: '#F8F8F8', paper: '#FFFFFF' } },
    }),
  ],
  [
    'dark',
    createTheme({
      palette: {
        mode: 'dark',
        background: { default: '#333333', paper: '#424242' },
      },
    }),
  ],
  [
    'a pale brand',
    createTheme({
      palette: { success: { main: '#c8f7d4' }, warning: { main: '#ffe9a8' } },
    }),
  ],
];

describe('toneColours', () => {
  it.each(
    all.flatMap(([name, theme]) =>
      tones.map(tone => [name, tone, theme] as const),
    ),
  )('can be read in %s: %s', (_name, tone, theme) => {
    const { text, fill } = toneColours(theme, tone);
    const { paper, default: page } = theme.palette.background;
    for (const surface of [fill, paper, page]) {
      expect(getContrastRatio(text, surface)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
