/** `node write-command-schemas.ts`: writes executors.json, and the schema of each command's executor. */
import { writeFileSync } from 'node:fs';
import { commandNames, loadCommand } from '../command-line/commands.ts';
import { commandSchema } from './command-schema.ts';
import * as executors from './commands.ts';

const folder = new URL('../../', import.meta.url);

for (const name of commandNames.filter((one) => one in executors)) {
  const schema = commandSchema(await loadCommand(name));
  const file = new URL(`src/executors/schemas/${name}.schema.json`, folder);
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}
