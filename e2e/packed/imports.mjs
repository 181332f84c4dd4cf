import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The packages that these files import, types included. */
export function imports(folder, files) {
  const names = files
    .filter(file => /\.(js|d\.ts)$/.test(file))
    .map(file => readFileSync(path.join(folder, file), 'utf8'))
    .flatMap(text => ts.preProcessFile(text, true, true).importedFiles)
    .map(imported => imported.fileName)
    .filter(name => !/^(\.|node:)/.test(name))
    .map(name => name.split('/').slice(0, name.startsWith('@') ? 2 : 1));
  return new Set(names.map(parts => parts.join('/')));
}
