import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Interrupted, staged } from './staging.ts';

let above: string;
beforeEach(() => {
  above = realpathSync(mkdtempSync(join(tmpdir(), 'staging-')));
});
afterEach(() => rmSync(above, { recursive: true }));

const write = async (folder: string) => {
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/a.txt'), 'a');
};

it.each(['shop', 'deep/er/shop'])('makes %s with everything in it', async (path) => {
  const target = join(above, path);
  await staged(target, async (folder) => {
    await write(folder);
    expect(existsSync(target)).toBe(false);
  });
  expect(readFileSync(join(target, 'src/a.txt'), 'utf8')).toBe('a');
  expect(readdirSync(join(target, '..'))).toEqual(['shop']);
  expect(statSync(target).mode & 0o777).toBe(0o777 & ~process.umask());
});

it('fills an empty folder, which stays the same one', async () => {
  const target = join(above, 'shop');
  mkdirSync(target);
  const { ino } = statSync(target);
  await staged(target, write);
  expect(statSync(target).ino).toBe(ino);
  expect(readdirSync(above)).toEqual(['shop']);
  expect(readdirSync(target)).toEqual(['src']);
});

it('leaves nothing after an error', async () => {
  mkdirSync(join(above, 'kept'));
  const failing = staged(join(above, 'deep/er/shop'), async (folder) => {
    await write(folder);
    throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  expect(readdirSync(above)).toEqual(['kept']);
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves nothing after %s', async (signal) => {
  const interrupted = staged(join(above, 'shop'), async (folder, stopping) => {
    await write(folder);
    const told = new Promise((resolve) => stopping.addEventListener('abort', resolve));
    process.emit(signal, signal);
    await told;
  });
  await expect(interrupted).rejects.toThrow(Interrupted);
  expect(readdirSync(above)).toEqual([]);
});
