import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import type { Access } from './access';
import { everything, ownedBy } from './__testUtils__/accesses';
import { createAuthorizeEntity } from './authorizeEntity';
import { silentLogger } from '../__testUtils__/testLogger';

class TestCatalog {
  readonly owners = new Map<string, string | undefined>([
    ['component:default/shop', 'group:default/shop'],
    ['component:default/orphan', undefined],
  ]);
  asked = 0;
  broken = false;

  async getEntityByRef(ref: unknown): Promise<Entity | undefined> {
    this.asked += 1;
    if (this.broken) throw new Error('no connection');
    const name = ref as string;
    if (!this.owners.has(name)) return undefined;
    const owner = this.owners.get(name);
    return {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'x' },
      relations: owner ? [{ type: 'ownedBy', targetRef: owner }] : [],
    };
  }
}

describe('authorizeEntity', () => {
  const credentials = mockCredentials.user('user:default/ana');
  const setUp = (access: Access) => {
    const catalog = new TestCatalog();
    const authorize = createAuthorizeEntity({
      catalog,
      auth: mockServices.auth(),
      logger: silentLogger(),
      authorizer: {
        authenticate: async () => credentials,
        access: async () => access,
      },
    });
    return { catalog, ask: (ref: string) => authorize(credentials, ref) };
  };

  it('tells the owner to one who may', async () => {
    const { ask } = setUp(ownedBy('group:default/shop'));

    expect(await ask('component:default/shop')).toEqual({
      ownerRef: 'group:default/shop',
    });
  });

  it('refuses another team, an entity without owner, and one unknown, each with advice', async () => {
    const { ask } = setUp(ownedBy('group:default/payments'));

    expect(await ask('component:default/shop')).toEqual({
      refused:
        'You may not publish events about component:default/shop. It belongs to group:default/shop; ask them.',
    });
    expect(await ask('component:default/orphan')).toEqual({
      refused: expect.stringContaining('has no owner'),
    });
    expect(await ask('component:default/gone')).toEqual({
      refused: expect.stringContaining('The catalog has no'),
    });
  });

  it('refuses an unknown entity even to one who may everything', async () => {
    const { ask } = setUp(everything);

    expect(await ask('component:default/gone')).toHaveProperty('refused');
    expect(await ask('component:default/orphan')).toEqual({});
  });

  it('asks the catalog once in a storm, and again for what it did not know', async () => {
    const { ask, catalog } = setUp(everything);
    await Promise.all(
      Array.from({ length: 100 }, () => ask('component:default/shop')),
    );
    expect(catalog.asked).toBe(1);

    await ask('component:default/new');
    catalog.owners.set('component:default/new', 'group:default/shop');
    expect(await ask('component:default/new')).toEqual({
      ownerRef: 'group:default/shop',
    });
  });

  it('says that it cannot tell while the catalog does not answer', async () => {
    const { ask, catalog } = setUp(everything);
    catalog.broken = true;

    await expect(ask('component:default/shop')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });
    catalog.broken = false;
    expect(await ask('component:default/shop')).toHaveProperty('ownerRef');
  });
});
