import { checkSizes, recordSizes } from '@nanoservices/build';
import { readLayout } from '@nanoservices/model';
import { command } from '../command-line/command.ts';

export default command({
  name: 'sizes',
  summary: 'Show or record the sizes of all bundles',
  options: {
    record: { type: 'boolean', description: 'accept the sizes as they are, in functions/bundle-sizes.json' },
  },
  details: 'The bundles are those of the last build: nx run-many -t build.',
  run: async ({ workspaceRoot, values }) => {
    if (values.record) {
      const { file, count } = recordSizes(workspaceRoot);
      console.log(`${file}: recorded ${count} bundles`);
      return 0;
    }
    const { endpoints, units } = readLayout(workspaceRoot);
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
