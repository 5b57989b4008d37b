import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { apiDocument } from '@nanoservices/api';
import { readWorkspace } from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { tell } from './tell.ts';

export default command({
  name: 'openapi',
  summary: 'Write the OpenAPI document of the API',
  options: {
    out: { type: 'string', value: 'FILE', description: 'where to; - prints it (default dist/openapi.json)' },
  },
  run: async ({ workspaceRoot, values: { out = 'dist/openapi.json' } }) => {
    const workspace = await readWorkspace(workspaceRoot);
    const document = await apiDocument(workspace);
    const text = JSON.stringify(document, null, 2);
    if (out === '-') {
      console.log(text);
      return 0;
    }
    const file = resolve(workspaceRoot, out);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
    tell(`${out}: ${workspace.contracts.size} operations of OpenAPI ${document.openapi}`);
    return 0;
  },
});
