// Writes openapi.json again after the route table has changed:
// npm run node -- plugins/gitops-events-backend/scripts/writeOpenApi.ts
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openApiDocument } from '../src/http/openApi';

writeFileSync(
  path.join(__dirname, '../openapi.json'),
  `${JSON.stringify(openApiDocument(), null, 2)}\n`,
);
