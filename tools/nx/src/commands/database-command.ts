import { setTimeout as sleep } from 'node:timers/promises';
import { acquireDatabase, resetDevelopmentDatabase } from '@nanoservices/database';
import { checkStatements } from '@nanoservices/database/statements';
import { type Layout, readLayout, UsageError } from '@nanoservices/model';
import { explainConnectionFailure, migrate, readConnectionString } from '@nanoservices/postgres/admin';
import { command } from '../command-line/command.ts';
import { watchParent } from '../command-line/parent-watch.ts';

const actions: Readonly<Record<string, (layout: Layout) => Promise<number>>> = {
  start,
  reset,
  migrate: migrateExternal,
  check,
};

export default command({
  name: 'database',
  summary: 'Start, reset or migrate the development database, or check SQL against it',
  names: { value: '<start|reset|migrate|check>', description: 'see below', most: 1 },
  options: {},
  details: `  start    keep the database up and print its address, until Ctrl-C
  reset    create the embedded development database again: migrations and seed data; a running npm start goes on
  migrate  bring the database of DATABASE_URL up to date
  check    compare the SQL of functions and libs with the database: names, types of values and columns, NOT NULL

DATABASE_URL is a variable of the environment, or of .env in the workspace.`,
  run: async ({ workspaceRoot, names: [name = ''] }) => {
    const action = actions[name];
    if (!action) {
      const choices = Object.keys(actions).join(', ');
      throw new UsageError(`There is no "nanos database ${name}". There are: ${choices}.`);
    }
    return action(readLayout(workspaceRoot));
  },
});

async function start(layout: Layout): Promise<number> {
  const lease = await acquireDatabase(layout);
  for (const note of lease.notes) console.error(note);
  console.log(`${lease.url}\nCtrl-C ends it.`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    watchParent(resolve);
    // Waiting for a signal keeps no process alive; neither does a lease that is being renewed.
    void sleep(2 ** 31 - 1);
  });
  await lease.release();
  process.exit();
}

async function reset(layout: Layout): Promise<number> {
  if (process.env.DATABASE_URL) {
    throw new UsageError(
      'DATABASE_URL is set, and its database is yours: reset is for the embedded one. Unset DATABASE_URL.',
    );
  }
  await resetDevelopmentDatabase(layout);
  console.log('The development database is as new.');
  return 0;
}

async function migrateExternal({ database }: Layout): Promise<number> {
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL) {
    throw new UsageError(
      'DATABASE_URL is not set. The embedded database needs no migrate: it is kept up to date.',
    );
  }
  if (!database) {
    throw new UsageError('No lib has migrations: add the key "database" to the package.json of one.');
  }
  const url = readConnectionString(DATABASE_URL, 'DATABASE_URL');
  const warn = (text: string) => console.error(text);
  const applied = await migrate(url, database.migrations, { warn }).catch((error) => {
    const failure = explainConnectionFailure(error, url, 'DATABASE_URL');
    throw failure ? new UsageError(failure, { cause: error }) : error;
  });
  console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'Up to date.');
  return 0;
}

async function check(layout: Layout): Promise<number> {
  const lease = await acquireDatabase(layout);
  try {
    for (const note of lease.notes) console.error(note);
    const { checked, mistakes, unknown, leftOut } = await checkStatements(layout, lease.url);
    for (const place of unknown)
      console.log(`${place}: not checked, since only a running program makes its text.`);
    for (const place of leftOut) console.log(`${place}: not checked, as its comment says.`);
    for (const mistake of mistakes) console.error(mistake);
    if (checked === 0 && mistakes.length === 0) {
      const { functions, libs } = layout.folders;
      console.log(`There is no statement to check in the TypeScript files of ${functions} and ${libs}.`);
      return 0;
    }
    const many = checked === 1 ? '1 statement' : `${checked} statements`;
    console.log(
      mistakes.length > 0 ? `Mistakes: ${mistakes.length}, in ${many}.` : `${many}, all as the code says.`,
    );
    return mistakes.length > 0 ? 1 : 0;
  } finally {
    await lease.release();
  }
}
