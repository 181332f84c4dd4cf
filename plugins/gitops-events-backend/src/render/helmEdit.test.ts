import { helmEditSchema } from '@gitops-events/plugin-gitops-events-sensors';
import { editHelm } from './helmEdit';
import { YamlFile } from './yamlFile';

function edited(text: string, edit: object): string {
  const file = new YamlFile('apps/web.yaml', text);
  editHelm(
    file,
    helmEditSchema.parse({ kind: 'helm', file: file.name, ...edit }),
  );
  return file.text;
}

const tag = { values: { 'image.tag': '1.10' } };

const application = (source: string, kind = 'Application') =>
  `apiVersion: argoproj.io/v1alpha1
kind: ${kind}
metadata:
  name: web # shown in the list
spec:
${source}`;

describe('editHelm', () => {
  it.each([
    [
      'a values file',
      'image:\n  tag: "1.9" # pinned\n',
      { values: { 'image.tag': '1.10' } },
      'image:\n  tag: "1.10" # pinned\n',
    ],
    [
      'the values of an Application',
      application(
        '  source:\n    chart: web\n    targetRevision: 1.0.0\n    helm:\n      valuesObject:\n        image: {tag: "1.9"}\n',
      ),
      { ...tag, version: '1.1.0' },
      application(
        '  source:\n    chart: web\n    targetRevision: 1.1.0\n    helm:\n      valuesObject:\n        image: {tag: "1.10"}\n',
      ),
    ],
    [
      'an Application that has no values yet',
      application('  source:\n    chart: web\n'),
      tag,
      application(
        '  source:\n    chart: web\n    helm:\n      valuesObject:\n        image:\n          tag: "1.10"\n',
      ),
    ],
    [
      'the text of an Application, of which only one line changes',
      application(
        '  source:\n    helm:\n      values: |\n        # mind the gap\n        image:\n          tag: "1.9" # pinned\n        replicas: 2\n',
      ),
      tag,
      application(
        '  source:\n    helm:\n      values: |\n        # mind the gap\n        image:\n          tag: "1.10" # pinned\n        replicas: 2\n',
      ),
    ],
    [
      'a parameter, which overrides the values',
      application(
        '  source:\n    helm:\n      parameters:\n        - name: image.tag\n          value: "1.9"\n',
      ),
      tag,
      application(
        '  source:\n    helm:\n      parameters:\n        - name: image.tag\n          value: "1.10"\n',
      ),
    ],
    [
      'the chart among several sources',
      application(
        '  sources:\n    - repoURL: https://git.example.com/values\n      ref: values\n    - chart: web\n      targetRevision: 1.0.0\n',
      ),
      { values: {}, version: '2.0.0' },
      application(
        '  sources:\n    - repoURL: https://git.example.com/values\n      ref: values\n    - chart: web\n      targetRevision: 2.0.0\n',
      ),
    ],
    [
      'the template of an ApplicationSet',
      application(
        '  template:\n    spec:\n      source:\n        chart: web\n        helm:\n          valuesObject:\n            image:\n              tag: a\n',
        'ApplicationSet',
      ),
      tag,
      application(
        '  template:\n    spec:\n      source:\n        chart: web\n        helm:\n          valuesObject:\n            image:\n              tag: "1.10"\n',
        'ApplicationSet',
      ),
    ],
    [
      'a HelmRelease',
      application(
        '  chart:\n    spec:\n      chart: web\n      version: 1.x\n  values:\n    image:\n      tag: a\n',
        'HelmRelease',
      ),
      { ...tag, version: '2.x' },
      application(
        '  chart:\n    spec:\n      chart: web\n      version: 2.x\n  values:\n    image:\n      tag: "1.10"\n',
        'HelmRelease',
      ),
    ],
    [
      'one of several documents',
      `${application('  values: {}\n', 'HelmRelease')}---\n${application('  values: {}\n', 'HelmRelease').replace('web', 'api')}`,
      { name: 'api', values: { a: 1 } },
      `${application('  values: {}\n', 'HelmRelease')}---\n${application('  values:\n    a: 1\n', 'HelmRelease').replace('web', 'api')}`,
    ],
  ])('changes %s', (_, before, edit, after) => {
    expect(edited(before, edit)).toBe(after);
    expect(edited(after, edit)).toBe(after);
  });

  it.each([
    ['a: 1\n', { version: '2' }, /names no version/],
    ['a: 1\n', { name: 'web', ...tag }, /no Application.*named web/],
    [
      application(
        '  chartRef: {kind: OCIRepository, name: web}\n',
        'HelmRelease',
      ),
      { version: '2' },
      /chartRef, which names no version; set it in the OCIRepository/,
    ],
    [
      application('  sources: [{chart: a}, {chart: b}]\n'),
      tag,
      /2 of its sources are charts/,
    ],
    [
      application('  sources: [{chart: a}]\n'),
      { ...tag, chart: 'b' },
      /None of its sources is the chart b/,
    ],
    [
      `${application('  {}\n')}---\n${application('  {}\n')}`,
      tag,
      /2 of them: web, web/,
    ],
    [
      application(
        '  source: {helm: {parameters: [{name: image, value: a}]}}\n',
      ),
      { values: { image: { tag: 'a' } } },
      /one text or number only/,
    ],
  ])('says what is not plain in %j', (text, edit, message) => {
    expect(() => edited(text, edit)).toThrow(message);
  });
});
