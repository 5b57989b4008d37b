import { checkSizes, recordSizes } from '@nanoservices/build';
import { readLayout } from '@nanoservices/model';
import { command } from '../command-line/command.ts';

export default command({
  name: 'sizes',
  summary: 'Show or record the sizes of all bundles',
  options: {
    record: {
      type: 'boolean',
      description: 'accept the sizes as they are, in the bundle-size.json of each endpoint',
    },
  },
  details: 'The bundles are those of the last build: nx run-many -t build.',
  run: async ({ workspaceRoot, values }) => {
    const { endpoints, units } = readLayout(workspaceRoot);
    if (values.record) {
      const { recorded, kept } = recordSizes(workspaceRoot, endpoints);
      console.log(`recorded ${recorded.length} bundles, each in the bundle-size.json of its endpoint`);
      if (kept.length > 0) console.log(`Not built, so their records stay: ${kept.join(', ')}`);
      return 0;
    }
    const tasks = [...endpoints, ...units].map(({ name, root }) => ({ id: name, root }));
    let code = 0;
    for await (const { output, error } of checkSizes(workspaceRoot, tasks)) {
      if (output) console.log(output);
      if (error !== undefined) {
        console.error(error);
        code = 1;
      }
    }
    return code;
  },
});
