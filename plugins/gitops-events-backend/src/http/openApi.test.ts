import { readFileSync } from 'node:fs';
import path from 'node:path';
import { routes } from '@gitops-events/plugin-gitops-events-common';
import { openApiDocument } from './openApi';

const file = path.join(__dirname, '../../openapi.json');

describe('the OpenAPI document', () => {
  it('is as the route table says (else: npm run node -- plugins/gitops-events-backend/scripts/writeOpenApi.ts)', () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(openApiDocument());
  });

  it('has every route, and points nowhere but into itself', () => {
    const { paths, components } = openApiDocument() as any;
    const operations = Object.values(paths).flatMap(each =>
      Object.values(each as object),
    );

    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      Object.keys(routes).sort(),
    );
    const references = JSON.stringify([paths, components]).matchAll(
      /"\$ref":"([^"]+)"/g,
    );
    for (const [, reference] of references) {
      const [, name] = reference.split('#/components/schemas/');
      expect(Object.keys(components.schemas)).toContain(name);
    }
  });
});
