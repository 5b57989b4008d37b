import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackages } from '@nanoservices/release';
import { LocalRegistry } from '../../testbed/local-registry.ts';
import { repositoryRoot } from '../../testbed/repository.ts';
import { Person } from './person.ts';

/** A registry with the packages of this repository, and a person who takes them from there. */
export interface PublishedPackages extends AsyncDisposable {
  readonly registry: LocalRegistry;
  /** Folders of the packages, by name. */
  readonly packages: ReadonlyMap<string, string>;
  /** Empty temporary folder but for the person's home. */
  readonly root: string;
  readonly person: Person;
}

/**
 * Builds the packages as version 1.0.0, and publishes them to a registry on this machine.
 *
 * @param name - part of the names of folders: proofs may run at the same time
 */
export async function publishPackages(name: string): Promise<PublishedPackages> {
  const registry = await LocalRegistry.start();
  const out = join(repositoryRoot, `tmp/published-for-${name}`);
  const packages = buildPackages(repositoryRoot, out, { version: '1.0.0' });
  registry.publish(packages.values());
  const root = realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  // The person, and the embedded database that root starts, are other accounts.
  chmodSync(root, 0o755);
  return {
    registry,
    packages,
    root,
    person: new Person(join(root, 'home'), registry),
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
