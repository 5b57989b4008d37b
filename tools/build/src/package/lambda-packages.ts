import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Architecture, UsageError } from '@nanoservices/model';
import { renameUnlessThere } from '../contents/rename-unless-there.ts';
import { completeForLambda } from './complete-for-lambda.ts';
import { type LockedPackages, lockedClosure } from './lock-file.ts';

/** An installation for Lambda. */
export interface LambdaPackages {
  /** Folder of the workspace that needs the packages, absolute. */
  readonly workspaceRoot: string;
  /** Folders of the external packages, relative to the workspace root, by name. */
  readonly external: Readonly<Record<string, string>>;
  readonly architecture: Architecture;
}

/**
 * Installs external packages for nodejs24.x: Linux, glibc, the CPU of the function, the versions of package-lock.json. Install
 * scripts do not run, since they would make files for this machine.
 *
 * @returns a folder with `node_modules`; the same packages are installed once
 * @throws UsageError when a package does not come for this CPU
 */
export async function installForLambda(wanted: LambdaPackages): Promise<string> {
  const { workspaceRoot, external, architecture } = wanted;
  const locked = lockedClosure(workspaceRoot, external);
  const key = JSON.stringify([Object.keys(external).sort(), locked, architecture]);
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const target = join(workspaceRoot, 'node_modules/.cache/build/packages', hash);
  if (existsSync(target)) return target;
  // Outside of the workspace: npm would take the folder for a part of it.
  const folder = mkdtempSync(join(tmpdir(), 'nanoservices-install-'));
  try {
    writeManifests(folder, Object.keys(external), locked);
    const settings = join(workspaceRoot, '.npmrc');
    if (existsSync(settings)) cpSync(settings, join(folder, '.npmrc'));
    await npmInstall(folder, architecture, Object.keys(external));
    completeForLambda(folder, locked, wanted);
    mkdirSync(dirname(target), { recursive: true });
    const unfinished = `${target}.${process.pid}`;
    cpSync(join(folder, 'node_modules'), join(unfinished, 'node_modules'), { recursive: true });
    renameUnlessThere(unfinished, target);
    return target;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeManifests(folder: string, names: readonly string[], locked: LockedPackages): void {
  const versionOf = (name: string) => locked[`node_modules/${name}`]?.version ?? '*';
  const manifest = {
    name: 'function',
    version: '0.0.0',
    dependencies: Object.fromEntries(names.map((name) => [name, versionOf(name)])),
  };
  const lock = { ...manifest, lockfileVersion: 3, requires: true, packages: { '': manifest, ...locked } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

async function npmInstall(
  folder: string,
  architecture: Architecture,
  names: readonly string[],
): Promise<void> {
  const cpu = architecture === 'x86_64' ? 'x64' : architecture;
  const platform = ['--os=linux', `--cpu=${cpu}`, '--libc=glibc'];
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-bin-links', '--prefer-offline'];
  try {
    // Settings of the npm that runs this command, such as --workspace, are not for this one.
    const own = Object.entries(process.env).filter(
      ([name]) => !/^npm_config_(?:workspace|prefix|local)/i.test(name),
    );
    await promisify(execFile)('npm', ['ci', ...platform, ...quiet], {
      cwd: folder,
      env: Object.fromEntries(own),
    });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new UsageError(
      `${names.join(', ')} cannot be installed for linux ${cpu}:\n${(stderr || message).trim()}`,
    );
  }
}
