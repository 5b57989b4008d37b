import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';

// The real npm with the settings of this repository. It runs on the Node of the machine; the packages do not.
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-'));
  copyFileSync(join(repositoryRoot, '.npmrc'), join(folder, '.npmrc'));
  mkdirSync(join(folder, 'newer'));
  const write = (file: string, manifest: object) =>
    writeFileSync(join(folder, file), JSON.stringify(manifest));
  write('package.json', { name: 'project', version: '1.0.0', dependencies: { newer: 'file:./newer' } });
  write('newer/package.json', { name: 'newer', version: '1.0.0', engines: { node: '>=99' } });
});
afterAll(() => rmSync(folder, { recursive: true }));

function npm(...args: string[]) {
  const { status, stderr } = spawnSync('npm', [...args, '--offline', '--no-audit'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stderr };
}

it('does not warn of packages that want a newer Node, unless asked', () => {
  expect(npm('install')).toEqual({ status: 0, stderr: '' });
  expect(npm('ci')).toEqual({ status: 0, stderr: '' });
  expect(npm('ci', '--loglevel=warn').stderr).toContain('EBADENGINE');
});

it('still tells errors', () => {
  const { status, stderr } = npm('install', './missing');
  expect(status).not.toBe(0);
  expect(stderr).toContain('npm error');
});
