import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { expect, it } from 'vitest';
import { WorkspaceCopy } from './workspace-copy.ts';

it('has the variables of this machine by a link: they may be secrets, and everyone may read a copy', () => {
  using shop = new TemporaryWorkspace({
    'package.json': {},
    'functions/a.ts': '',
    'functions/a.spec.ts': '',
  });
  shop.linkPackages('zod');
  using without = new WorkspaceCopy(shop.root, ['functions']);
  expect(existsSync(join(without.root, '.env.local'))).toBe(false);
  shop.write('.env.local', 'PAY_KEY=pay-1\n');
  using copy = new WorkspaceCopy(shop.root, ['functions']);
  expect(statSync(copy.root).mode & 0o755).toBe(0o755);
  expect(lstatSync(join(copy.root, '.env.local')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(copy.root, '.env.local'), 'utf8')).toBe('PAY_KEY=pay-1\n');
  expect(existsSync(join(copy.root, 'functions/a.ts'))).toBe(true);
});
