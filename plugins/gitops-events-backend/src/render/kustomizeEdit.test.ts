import { kustomizeEditSchema } from '@gitops-events/plugin-gitops-events-sensors';
import { editKustomization } from './kustomizeEdit';
import { YamlFile } from './yamlFile';

const text = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - deployment.yaml # the web
  - service.yaml
images:
  - name: shop/web
    newTag: "1.7" # by the pipeline
  - name: shop/proxy
    digest: sha256:aa
replicas:
- name: web
  count: 2
`;

function edited(edit: object, before = text) {
  const file = new YamlFile('k/kustomization.yaml', before);
  editKustomization(
    file,
    kustomizeEditSchema.parse({ kind: 'kustomize', file: file.name, ...edit }),
  );
  return file;
}

describe('editKustomization', () => {
  it.each([
    [
      'sets the tag of an image that is listed',
      { images: [{ name: 'shop/web', newTag: '1.10' }] },
      'newTag: "1.7"',
      'newTag: "1.10"',
    ],
    [
      'drives a digest out by a tag',
      { images: [{ name: 'shop/proxy', newTag: '2' }] },
      '    digest: sha256:aa\n',
      '    newTag: "2"\n',
    ],
    [
      'adds an image',
      { images: [{ name: 'shop/new', newTag: '1' }] },
      'digest: sha256:aa\n',
      'digest: sha256:aa\n  - name: shop/new\n    newTag: "1"\n',
    ],
    [
      'sets a count',
      { replicas: [{ name: 'web', count: 3 }] },
      'count: 2',
      'count: 3',
    ],
    [
      'adds a count',
      { replicas: [{ name: 'api', count: 1 }] },
      'count: 2\n',
      'count: 2\n- name: api\n  count: 1\n',
    ],
    [
      'adds and removes resources',
      { resources: { add: ['ingress.yaml'], remove: ['deployment.yaml'] } },
      '  - deployment.yaml # the web\n  - service.yaml\n',
      '  - service.yaml\n  - ingress.yaml\n',
    ],
    [
      'starts a list of labels',
      { labels: { 'example.com/team': 'shop' } },
      'count: 2\n',
      'count: 2\nlabels:\n  - pairs:\n      example.com/team: shop\n',
    ],
    [
      'adds a patch',
      { patches: [{ path: 'more.yaml', target: { kind: 'Deployment' } }] },
      'count: 2\n',
      'count: 2\npatches:\n  - path: more.yaml\n    target:\n      kind: Deployment\n',
    ],
  ])('%s', (_, edit, old, now) => {
    expect(text).toContain(old);
    const once = edited(edit);
    expect(once.text).toBe(text.replace(old, now));
    expect(once.record.length).toBeGreaterThan(0);
    expect(edited(edit, once.text).text).toBe(once.text);
  });

  it('changes a label where it stands', () => {
    const labels = { team: 'shop' };
    expect(edited({ labels }, 'commonLabels:\n  team: old\n').text).toBe(
      'commonLabels:\n  team: shop\n',
    );
    expect(
      edited({ labels }, 'labels:\n  - includeSelectors: true\n    pairs: {}\n')
        .text,
    ).toBe(
      'labels:\n  - includeSelectors: true\n    pairs:\n      team: shop\n',
    );
  });

  it('says what is wrong with the file', () => {
    expect(() =>
      edited({ resources: { add: ['a.yaml'] } }, 'resources: yes\n'),
    ).toThrow(/^k\/kustomization.yaml: .*not a list/);
    expect(() =>
      edited({ images: [{ name: 'a', newTag: '1', digest: 'b' }] }),
    ).toThrow(/newTag or digest/);
  });
});
