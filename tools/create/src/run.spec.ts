import { expect, it } from 'vitest';
import { run } from './run.ts';

const cwd = process.cwd();

it('gives what a program prints', async () => {
  expect(await run(process.execPath, ['-e', `console.log('a')`], { cwd })).toBe('a\n');
});

it('tells how a program failed, with what it printed', async () => {
  const failing = run(process.execPath, ['-e', `console.error('why'); process.exit(3)`], { cwd });
  await expect(failing).rejects.toThrow(/ended with 3:\nwhy$/);
  await expect(run('no-such-program', [], { cwd })).rejects.toThrow('ENOENT');
});

it('ends a program and what that has started', async () => {
  const stopping = new AbortController();
  // A pipe ends when nobody holds it any more.
  const child = `require('child_process').spawn('sleep', ['600'], { stdio: 'inherit' }); console.log('started')`;
  const running = run(process.execPath, ['-e', child], { cwd, signal: stopping.signal });
  stopping.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
});
