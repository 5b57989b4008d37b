import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandNames, loadCommand, summaries } from '../command-line/commands.ts';
import { argumentsOf } from './command-executor.ts';
import { commandSchema } from './command-schema.ts';
import * as executors from './commands.ts';

const packageFolder = new URL('../../', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, packageFolder), 'utf8'));

describe('the arguments of a command', () => {
  const options = {
    stage: { type: 'string', description: '' },
    'dry-run': { type: 'boolean', description: '' },
    header: { type: 'string', multiple: true, description: '' },
  } as const;

  it('are those that were typed, letter by letter, after the names of the target', () => {
    const typed = ['--data', '{"title":"Cash $HOME `now`","n":007}', '--header', 'A: "b"'];
    expect(argumentsOf({ options }, { names: ['get-order'], data: '{}', __unparsed__: typed })).toEqual([
      'get-order',
      ...typed,
    ]);
  });

  it('may have the spelling that the help of Nx shows', () => {
    expect(argumentsOf({ options }, { dryRun: true, __unparsed__: ['--dryRun', '--stage', 'aB'] })).toEqual([
      '--dry-run',
      '--stage',
      'aB',
    ]);
  });

  it('begin with the options of the configuration, unless one was typed', () => {
    const configured = { stage: 'dev', dryRun: true, header: ['a: 1', 'b: 2'] };
    expect(argumentsOf({ options }, { ...configured, __unparsed__: ['--stage=prod'] })).toEqual([
      '--dry-run',
      '--header=a: 1',
      '--header=b: 2',
      '--stage=prod',
    ]);
  });
});

describe('every executor of a command', () => {
  const named = Object.keys(executors);

  it('is in executors.json', () => {
    const { executors: listed } = read('executors.json');
    for (const name of named) {
      expect(listed[name], name).toMatchObject({
        implementation: `./src/executors/commands.ts#${name}`,
        schema: `./src/executors/schemas/${name}.schema.json`,
      });
    }
    expect(Object.keys(listed).sort()).toEqual([...named, 'bundle', 'size', 'package', 'typecheck'].sort());
  });

  it.each(named)('has the schema of its command: %s', async (name) => {
    const file = `src/executors/schemas/${name}.schema.json`;
    expect(existsSync(new URL(file, packageFolder)), file).toBe(true);
    // Written by: node tools/nx/src/executors/write-command-schemas.ts
    expect(read(file)).toEqual(commandSchema(await loadCommand(name)));
  });
});

it.each(commandNames)('the summary of %s in the overview is its own', async (name) => {
  const command = await loadCommand(name);
  expect([command.name, command.summary]).toEqual([name, summaries[name]]);
});
