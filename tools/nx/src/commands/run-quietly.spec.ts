import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { expect, it } from 'vitest';
import { runQuietly } from './run-quietly.ts';

it('fails with the output of Nx and exit code 1: code that does not build is no wrong usage', () => {
  using workspace = new TemporaryWorkspace({ 'nx.json': '{}' });
  const run = () => runQuietly(workspace.root, ['--no-such-option'], 'It could not be built.');
  expect(run).toThrow(expect.objectContaining({ exitCode: 1 }));
  expect(run).toThrow(/^It could not be built\.\n[\s\S]*Could not find Nx modules/);
});
