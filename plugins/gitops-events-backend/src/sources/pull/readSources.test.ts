import { mockServices } from '@backstage/backend-test-utils';
import { MemorySource } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { silentLogger } from '../../__testUtils__/testLogger';
import { openSources } from './EventSources';
import { readSources } from './readSources';

const read = (name: string, source: object) =>
  readSources(
    mockServices
      .rootConfig({ data: { gitopsEvents: { sources: { [name]: source } } } })
      .getConfig('gitopsEvents'),
    [{ name: 'orders' }],
  );
const good = { kind: 'memory', ingress: 'orders' };
const map = { type: '"a"', source: '"/a"' };

describe('the configuration of event sources', () => {
  it('needs little', () => {
    expect(read('shop', good)).toMatchObject([
      {
        ...{ name: 'shop', ...good, start: 'latest', map: undefined },
        ...{ maxRefused: 1_000, maxRefusedBytes: 67_108_864 },
      },
    ]);
    expect(read('shop', { ...good, map })).toMatchObject([{ map }]);
  });

  it.each([
    ['shop', { kind: 'memory' }, 'ingress'],
    ['shop', { ingress: 'orders' }, 'kind'],
    ['Shop', good, 'gitopsEvents.sources.Shop: name it with'],
    ['shop', { ...good, ingress: 'none' }, 'sources.shop.ingress is "none"'],
    ['shop', { ...good, start: 'soon' }, 'sources.shop.start is "soon"'],
    ['shop', { ...good, maxRefused: 0 }, 'sources.shop.maxRefused is 0'],
    ['shop', { ...good, maxRefusedBytes: 0 }, 'shop.maxRefusedBytes is 0'],
    ['shop', { ...good, map: { type: '"a"' } }, 'shop.map.source is missing'],
    ['shop', { ...good, map: { ...map, kind: '"a"' } }, 'map.kind is none of'],
    ['shop', { ...good, map: { ...map, id: 'value.' } }, 'shop.map.id: '],
    ['shop', { ...good, map: { ...map, id: 'event.id' } }, 'shop.map.id: '],
  ])('names the key to mend: %s %j', (name, source, message) => {
    expect(() => read(name, source)).toThrow(message);
  });

  it('names what modules bring, where a kind is not among them', () => {
    const open = (kind: string) =>
      openSources(
        read('shop', { ...good, kind }),
        [new MemorySource()],
        silentLogger(),
      );
    expect(open('memory')).toHaveLength(1);
    expect(() => open('mqtt')).toThrow(
      'gitopsEvents.sources.shop.kind is "mqtt", which no installed module brings (installed: memory)',
    );
  });
});
