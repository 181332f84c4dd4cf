import { isAlias, isScalar, isNode, visit } from 'yaml';
import type { YamlDocument } from './parseYaml';

/** Plain text that is a number in both versions, and the same one. */
const sameNumber = /^-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?$/;
/** Plain text that can be no number, date or merge key in either version. */
const word = /^[A-Za-z_/]/;
/** Words that are true, false or a number (`e0`) to a reader of 1.1 alone. */
const otherIn11 = /^(y|n|yes|no|on|off|e[-+]?[0-9]+)$/i;

/**
 * Whether readers of YAML 1.1 and 1.2 certainly take these documents alike.
 * False says nothing: then both have to be asked.
 */
export function readsAlike(documents: YamlDocument[]): boolean {
  return documents.every(document => {
    let alike = !document.directives.yaml.explicit;
    visit(document, (_, node) => {
      if (!isNode(node) || isAlias(node)) return undefined;
      alike &&= !node.tag && (!isScalar(node) || isSame(node));
      return alike ? undefined : visit.BREAK;
    });
    return alike;
  });
}

function isSame({ type, source }: { type?: string; source?: string }): boolean {
  if (type !== 'PLAIN') return true;
  const text = source ?? '';
  return (
    text === '' ||
    sameNumber.test(text) ||
    (word.test(text) && !otherIn11.test(text))
  );
}
