import {
  parseSensors,
  type ParsedSensors,
  type ParseOptions,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { SensorFile } from './readLocations';

/** A file whose sensors were read. */
export interface ParsedFile {
  location: string;
  parsed: ParsedSensors;
}

/** Parses a file again only when its text, or what it may refer to, is another than at the last reading. */
export class ParsedFiles {
  private last = new Map<string, { text: string; parsed: ParsedSensors }>();

  private granted = '';

  /** @param options - asked at each reading: what is configured may change */
  constructor(private readonly options: () => ParseOptions) {}

  /** The files of a whole reading; what is not among them is forgotten. */
  parse(files: SensorFile[]): ParsedFile[] {
    const options = this.options();
    const granted = JSON.stringify([options.boundaries, options.secrets]);
    const last = granted === this.granted ? this.last : new Map();
    this.granted = granted;
    this.last = new Map();
    return files.map(({ location, text }) => {
      const known = last.get(location);
      const parsed =
        known?.text === text ? known.parsed : parseSensors(text, options);
      this.last.set(location, { text, parsed });
      return { location, parsed };
    });
  }
}
