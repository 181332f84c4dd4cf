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

/** Parses a file again only when its text is another one than at the last reading. */
export class ParsedFiles {
  private last = new Map<string, { text: string; parsed: ParsedSensors }>();

  constructor(private readonly options: ParseOptions) {}

  /** The files of a whole reading; what is not among them is forgotten. */
  parse(files: SensorFile[]): ParsedFile[] {
    const { last } = this;
    this.last = new Map();
    return files.map(({ location, text }) => {
      const known = last.get(location);
      const parsed =
        known?.text === text ? known.parsed : parseSensors(text, this.options);
      this.last.set(location, { text, parsed });
      return { location, parsed };
    });
  }
}
