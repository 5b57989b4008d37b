import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Version of aws-lambda-ric, which nodejs24.x runs functions with. */
const version = '4.0.2';

// Outside of the repository: `npm ci` empties node_modules, and a build takes minutes.
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'nanoservices');

/**
 * Installs AWS's runtime interface client for Node.js, the first time: npm builds its native part.
 *
 * @returns the program of the client
 * @throws Error with npm's output when it cannot be built. It needs cmake, autoconf, automake, libtool, g++, make, Python 3
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
export function installClient(): string {
  const folder = join(cache, `aws-lambda-ric-${version}-node-${process.version}-${process.arch}`);
  const program = join(folder, 'node_modules/aws-lambda-ric/index.mjs');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'unfinished-'));
  try {
    const allowScripts = { [`aws-lambda-ric@${version}`]: true };
    writeFileSync(join(unfinished, 'package.json'), JSON.stringify({ private: true, allowScripts }));
    execFileSync(
      'npm',
      ['install', '--no-audit', '--no-fund', '--foreground-scripts', `aws-lambda-ric@${version}`],
      {
        cwd: unfinished,
        // The native part must fit this Node.
        env: { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) },
        stdio: ['ignore', 'ignore', 'pipe'],
        maxBuffer: 2 ** 28,
      },
    );
    rename(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return program;
}

/** Two runs may install it at once: the first one wins. */
function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
