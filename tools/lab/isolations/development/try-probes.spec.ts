import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { type Bundles, buildBundles } from '../bundles.ts';
import { type ProbeOutcomes, tryProbes } from './try-probes.ts';

let workspace: WorkspaceFixture;
let bundles: Bundles;
let outcomes: ProbeOutcomes;

// Real processes and threads. A failure after an update of Node belongs into the documentation.
beforeAll(async () => {
  workspace = new WorkspaceFixture();
  bundles = await buildBundles(workspace.root);
  outcomes = await tryProbes(bundles.own('probes'), undefined);
});
afterAll(async () => {
  bundles?.[Symbol.dispose]();
  await workspace?.delete();
});

const setting = (name: keyof ProbeOutcomes['process.exit']) =>
  Object.fromEntries(Object.entries(outcomes).map(([probe, ofSettings]) => [probe, ofSettings[name]]));

const machine = { 'a file in /tmp': 'shared', 'a TCP port': 'shared', 'a worker thread of its own': 'works' };
const language = { 'a global variable': 'own', 'a built-in prototype': 'own', 'process.env': 'own' };

describe('code in an environment', () => {
  it('that is a process has everything to itself but what the machine has once', () => {
    expect(setting('process')).toEqual({
      ...language,
      ...machine,
      'process.env.TZ': 'own',
      'process.title': 'own',
      'process.chdir': 'own',
      'process.umask': 'own',
      'process.setgid': 'works',
      'os.setPriority': 'own',
      'process.pid as an identity': 'own',
      'an uncaughtException handler': 'own',
      'a flag of V8': 'own',
      'a lock of navigator.locks': 'own',
      'an open file': 'own',
      'closing standard input': 'own',
      'a signal with a handler (SIGUSR2)': 'own',
      'process.exit': 'ends the environment',
      'process.abort': 'ends the environment',
      'process.kill(process.pid)': 'ends the environment',
    });
  });

  it('that is a thread shares the process with all others', () => {
    expect(setting('thread')).toEqual({
      ...language,
      ...machine,
      'process.env.TZ': 'no effect',
      'process.title': 'own',
      'process.chdir': 'throws: process.chdir() is not supported in workers',
      'process.umask': 'throws: Setting process.umask() is not supported in workers',
      'process.setgid': 'throws: process.setgid() is not supported in workers',
      'os.setPriority': 'shared',
      'process.pid as an identity': 'shared',
      'an uncaughtException handler': 'own',
      'a flag of V8': 'shared',
      'a lock of navigator.locks': 'own',
      'an open file': 'shared',
      'closing standard input': 'shared',
      'a signal with a handler (SIGUSR2)': 'ends everything',
      'process.exit': 'ends the environment',
      'process.abort': 'throws: process.abort() is not supported in workers',
      'process.kill(process.pid)': 'ends everything',
    });
  });

  it('that is fused with others, or not isolated at all, has nothing to itself', () => {
    for (const name of ['fused', 'in-process'] as const) {
      expect(Object.values(setting(name))).not.toContain('own');
    }
    expect(outcomes['process.exit']).toMatchObject({
      fused: 'ends the environment',
      'in-process': 'ends everything',
    });
  });
});
