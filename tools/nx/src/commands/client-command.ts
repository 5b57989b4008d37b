import { resolve } from 'node:path';
import { readWorkspace } from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { tell } from './tell.ts';

export default command({
  name: 'client',
  summary: 'Generate the typed client of the API',
  options: {
    out: { type: 'string', value: 'FOLDER', description: 'where to; it is replaced (default dist/client)' },
  },
  details:
    'It is an npm package without dependencies, for browsers and Node: npm install <workspace>/dist/client, in another project.',
  run: async ({ workspaceRoot, values: { out = 'dist/client' } }) => {
    const workspace = await readWorkspace(workspaceRoot);
    const { buildClient } = await import('@nanoservices/api/client-generator');
    const { methods, bytes, gzippedBytes } = await buildClient(workspace, resolve(workspaceRoot, out));
    tell(`${out}: ${methods} methods in ${bytes} bytes, ${gzippedBytes} compressed`);
    return 0;
  },
});
