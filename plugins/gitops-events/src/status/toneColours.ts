import type { Status } from '@gitops-events/plugin-gitops-events-common';
import {
  darken,
  decomposeColor,
  getContrastRatio,
  lighten,
  recomposeColor,
  type Theme,
} from '@mui/material/styles';

// darken by nothing: brings any notation of a colour to rgb.
const rgb = (colour: string) => darken(colour, 0);

export type Tone = Status['tone'];

export interface ToneColours {
  /** For text and icons: readable on the fill, the paper and the page (WCAG AA, 4.5:1). */
  text: string;
  /** A quiet surface behind it. */
  fill: string;
  border: string;
}

const cache = new WeakMap<Theme, Map<Tone, ToneColours>>();

/** The colours of a tone, derived from the theme's palette, so that a portal's own theme holds here too. */
export function toneColours(theme: Theme, tone: Tone): ToneColours {
  let ofTheme = cache.get(theme);
  if (!ofTheme) cache.set(theme, (ofTheme = new Map()));
  let colours = ofTheme.get(tone);
  if (!colours) ofTheme.set(tone, (colours = derive(theme, tone)));
  return colours;
}

function derive(theme: Theme, tone: Tone): ToneColours {
  const { palette } = theme;
  const dark = palette.mode === 'dark';
  const main =
    tone === 'neutral' ? palette.grey[dark ? 400 : 600] : palette[tone].main;
  const { paper, default: page } = palette.background;
  const fill = blend(main, paper, dark ? 0.2 : 0.12);
  return {
    fill,
    border: blend(main, paper, 0.45),
    text: readable(main, [fill, paper, page], dark ? lighten : darken),
  };
}

function readable(
  colour: string,
  surfaces: string[],
  shift: (colour: string, amount: number) => string,
): string {
  for (let amount = 0; amount < 1; amount += 0.04) {
    const shifted = shift(colour, amount);
    // A little above 4.5, because the browser rounds each channel.
    if (surfaces.every(surface => getContrastRatio(shifted, surface) >= 4.6)) {
      return shifted;
    }
  }
  return shift(colour, 1);
}

/** `share` of the first colour laid over the second, opaque. */
function blend(over: string, under: string, share: number): string {
  const [a, b] = [over, under].map(colour => decomposeColor(rgb(colour)));
  const values = [0, 1, 2].map(index =>
    Math.round(a.values[index] * share + b.values[index] * (1 - share)),
  );
  return recomposeColor({
    type: 'rgb',
    values: values as unknown as [number, number, number],
  });
}
