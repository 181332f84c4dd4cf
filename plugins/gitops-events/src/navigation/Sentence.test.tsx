import { entityPresentationApiRef } from '@backstage/plugin-catalog-react';
import { TestApiProvider } from '@backstage/test-utils';
import { render, screen } from '@testing-library/react';
import { Sentence } from './Sentence';

const names: Record<string, string> = {
  'user:default/ana': 'Ana',
  'group:default/platform': 'Platform',
};

function show(sentence: string, apis: [any, any][] = []) {
  render(
    <TestApiProvider apis={apis}>
      <p>
        <Sentence>{sentence}</Sentence>
      </p>
    </TestApiProvider>,
  );
  return screen.getByRole('paragraph');
}

describe('Sentence', () => {
  it('calls people and teams what the catalog calls them', () => {
    const snapshotOf = (entityRef: string) => ({
      snapshot: { entityRef, primaryTitle: names[entityRef] },
    });

    expect(
      show('Approved by user:default/ana. Waiting for group:default/platform', [
        [entityPresentationApiRef, { forEntity: snapshotOf }],
      ]),
    ).toHaveTextContent('Approved by Ana. Waiting for Platform');
  });

  it('uses the short name where the catalog says nothing', () => {
    expect(show('user:default/ana commented')).toHaveTextContent(
      'ana commented',
    );
  });

  it('leaves a sentence without references as it is', () => {
    expect(show('734f467 in local:deployments')).toHaveTextContent(
      '734f467 in local:deployments',
    );
  });

  it('shows as code what stands between backticks, and leaves a lone one alone', () => {
    const sentence = show(
      '`event.data.tag` was "it`s", asked user:default/ana',
    );
    expect(sentence.querySelector('code')).toHaveTextContent('event.data.tag');
    expect(sentence).toHaveTextContent('event.data.tag was "it`s", asked ana');
  });
});
