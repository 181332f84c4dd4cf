import { partsOfSentence } from '@gitops-events/plugin-gitops-events-common';
import { EntityName } from './EntityName';

/** A sentence of the API, with the names of the people and teams that it refers to. */
export function Sentence({ children }: { children: string }) {
  return (
    <>
      {partsOfSentence(children).map((part, index) =>
        'ref' in part ? (
          <EntityName key={index} entityRef={part.ref} />
        ) : (
          part.text
        ),
      )}
    </>
  );
}
