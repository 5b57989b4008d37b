import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

// What lockfile-lint does not look at.
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

it('knows the bytes of every package, so that no registry can give others', () => {
  const unknown = installed.filter(({ integrity }) => !integrity?.startsWith('sha512-'));
  expect(unknown.map(({ name }) => name)).toEqual([]);
});

it('has no package with an install script that nobody has decided about', () => {
  const scripted = installed.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
  expect(scripted.filter((name) => !(name in allowScripts))).toEqual([]);
  // Nor a decision about a package that is gone. A build by node-gyp, which needs no script, is not in the lock file.
  const names = installed.map(({ name }) => name);
  expect(Object.keys(allowScripts).filter((name) => !names.includes(name))).toEqual([]);
});
