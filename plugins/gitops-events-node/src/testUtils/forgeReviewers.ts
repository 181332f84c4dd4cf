// This file is a suite that others call, so a test file that exports is right here.
/* eslint-disable jest/no-export */
import type { Forge } from './forge';
import type { ForgeStories } from './forgeStory';

const component = (
  name: string,
  owner: string,
  annotations: Record<string, string> = {},
) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, annotations },
  spec: { type: 'service', lifecycle: 'production', owner },
  relations: [{ type: 'ownedBy', targetRef: owner }],
});

/** The catalog of the suite: owners as the forge's own provider leaves them there. */
export function catalogOf({ annotations, folderUrl }: Forge): object[] {
  const apiVersion = 'backstage.io/v1alpha1';
  return [
    component('shop', 'group:default/unknown'),
    component('of-dana', 'user:default/dana'),
    component('of-payments', 'group:default/payments'),
    component('apps', 'user:default/dana', {
      'backstage.io/source-location': `url:${folderUrl('base-owned', 'apps')}/`,
    }),
    {
      ...{ apiVersion, kind: 'User' },
      metadata: { name: 'dana', annotations: annotations.user('dana') },
      spec: { memberOf: ['payments'] },
    },
    {
      ...{ apiVersion, kind: 'Group' },
      metadata: { name: 'payments', annotations: annotations.team('payments') },
      spec: { type: 'team', children: [] },
      relations: [{ type: 'hasMember', targetRef: 'user:default/dana' }],
    },
  ];
}

/** Who is asked for a review. Part of `forgePeopleContract`. */
export function forgeReviewersContract(stories: () => ForgeStories): void {
  const asked = async (entity: string, base?: string) => {
    const { branch } = await stories().begin('propose', entity, base);
    return stories().forge.reviewers(branch).sort();
  };

  describe('asked for a review', () => {
    it('are the owners of the touched paths in CODEOWNERS', async () => {
      expect(await asked('component:default/shop')).toEqual(['pia']);
    });

    it('and the owner in the catalog, where it is a person', async () => {
      expect(await asked('component:default/of-dana')).toEqual(['dana', 'pia']);
    });

    it('and the owner in the catalog, where it is a team', async () => {
      const { team } = stories().forge.words;
      expect(await asked('component:default/of-payments')).toEqual([
        ...[team, 'pia'].sort(),
      ]);
    });

    it('and the owner in the catalog of what lies at the touched paths', async () => {
      expect(await asked('component:default/shop', 'base-owned')).toEqual([
        'dana',
        'pia',
      ]);
    });
  });
}
