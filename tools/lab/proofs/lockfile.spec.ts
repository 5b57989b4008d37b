import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

// Checks that lockfile-lint does not have.
interface LockedPackage {
  readonly link?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}
const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
);
const { allowScripts }: { allowScripts: Record<string, boolean> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);
const installed = Object.entries(lock.packages)
  .filter(([path, { link }]) => path.includes('node_modules/') && !link)
  .map(([path, one]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 13), ...one }));

it('has a hash of every package, so that no registry can deliver another one', () => {
  const unknown = installed.filter(({ integrity }) => !integrity?.startsWith('sha512-'));
  expect(unknown.map(({ name }) => name)).toEqual([]);
});

it('has a decision about every package with an install script', () => {
  const scripted = installed.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
  expect(scripted.filter((name) => !(name in allowScripts))).toEqual([]);
  // And none about a package that is gone. A build by node-gyp, which needs no script, is not in the lock file.
  const names = installed.map(({ name }) => name);
  expect(Object.keys(allowScripts).filter((name) => !names.includes(name))).toEqual([]);
});
