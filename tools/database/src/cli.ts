import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '@nanoservices/data-access/migrate';
import { acquireDatabase, workspace } from './acquire-database.ts';
import { resetDevelopmentDatabase } from './development-database.ts';

/** `nx run database:start|reset|migrate`: what a person does with the development database. */
const usage = `Usage: nx run database:start     keep the database up and print its address, until Ctrl-C
       nx run database:reset     make the embedded development database anew: migrations and demo data
       nx run database:migrate   bring the database of DATABASE_URL up to date`;

const commands: Record<string, () => Promise<void>> = { start, reset, migrate: migrateExternal };
const command = commands[process.argv[2] ?? ''];
if (command) {
  await command();
} else {
  console.error(usage);
  process.exitCode = 2;
}

async function start(): Promise<void> {
  const lease = await acquireDatabase();
  console.log(`${lease.url}\nCtrl-C ends it.`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
    // Waiting for a signal keeps no process alive; neither does a lease that is being renewed.
    void sleep(2 ** 31 - 1);
  });
  await lease.release();
  process.exit();
}

async function reset(): Promise<void> {
  if (process.env.DATABASE_URL) {
    console.error(
      'DATABASE_URL is set, and its database is yours: reset is for the embedded one. Unset DATABASE_URL.',
    );
    process.exitCode = 2;
    return;
  }
  await resetDevelopmentDatabase(workspace);
  console.log('The development database is as new.');
}

async function migrateExternal(): Promise<void> {
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL) {
    console.error('DATABASE_URL is not set. The embedded database needs no migrate: it is kept up to date.');
    process.exitCode = 2;
    return;
  }
  const applied = await migrate(DATABASE_URL);
  console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'Up to date.');
}
