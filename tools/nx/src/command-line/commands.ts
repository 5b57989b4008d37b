import type { Command } from './command.ts';

/** A command with its module, which is loaded only when it is used. */
interface CommandEntry {
  /** The command's own summary, known without loading it. */
  readonly summary: string;
  load(): Promise<{ readonly default: unknown }>;
}

const commands: Readonly<Record<string, CommandEntry>> = {
  start: {
    summary: 'Run the whole API on this machine',
    load: () => import('../commands/start-command.ts'),
  },
  invoke: {
    summary: 'Run one endpoint or unit once',
    load: () => import('../commands/invoke-command.ts'),
  },
  topology: {
    summary: 'Show the functions of each topology',
    load: () => import('../commands/topology-command.ts'),
  },
  sizes: {
    summary: 'Show or record the sizes of all bundles',
    load: () => import('../commands/sizes-command.ts'),
  },
  report: {
    summary: 'Measure the topologies and write a report',
    load: () => import('../commands/report-command.ts'),
  },
  token: {
    summary: 'Print a token of the local issuer',
    load: () => import('../commands/token-command.ts'),
  },
  client: {
    summary: 'Generate the typed client of the API',
    load: () => import('../commands/client-command.ts'),
  },
  openapi: {
    summary: 'Write the OpenAPI document of the API',
    load: () => import('../commands/openapi-command.ts'),
  },
  compatible: {
    summary: 'Find contracts that break clients, callers or what is live',
    load: () => import('../commands/compatible-command.ts'),
  },
  database: {
    summary: 'Start, reset or migrate the development database, or check SQL against it',
    load: () => import('../commands/database-command.ts'),
  },
  env: {
    summary: 'Write an example of .env.local: the variables that contracts declare',
    load: () => import('../commands/env-command.ts'),
  },
  secret: {
    summary: 'Set, list or remove the secrets of a stage',
    load: () => import('../commands/secret-command.ts'),
  },
  deploy: {
    summary: 'Deploy the functions that changed, and the API',
    load: () => import('../commands/deploy-command.ts'),
  },
  stage: {
    summary: 'Set up, list or remove stages',
    load: () => import('../commands/stage-command.ts'),
  },
  status: {
    summary: 'Show what is live on a stage',
    load: () => import('../commands/status-command.ts'),
  },
  base: {
    summary: 'Print the commit that a whole stage was deployed from',
    load: () => import('../commands/base-command.ts'),
  },
  rollback: {
    summary: 'Point functions back to the version that was live before',
    load: () => import('../commands/rollback-command.ts'),
  },
  rotate: {
    summary: 'Give functions new passwords of the database',
    load: () => import('../commands/rotate-command.ts'),
  },
  prune: {
    summary: 'Remove functions and versions that nothing uses',
    load: () => import('../commands/prune-command.ts'),
  },
};

export const commandNames = Object.keys(commands);

/** One line for each command. */
export const summaries: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(commands).map(([name, { summary }]) => [name, summary]),
);

/** Loads a command. */
export async function loadCommand(name: string): Promise<Command> {
  const entry = commands[name];
  if (!entry) throw new Error(`There is no command "${name}".`);
  return (await entry.load()).default as Command;
}
