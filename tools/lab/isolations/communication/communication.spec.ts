import { expect, it } from 'vitest';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { buildBundles } from '../bundles.ts';
import { communicationSection } from './communication-section.ts';
import { type MeasuredCommunication, measureCommunication } from './measure-communication.ts';

it('measures every channel, with every payload', async () => {
  await using workspace = new WorkspaceFixture();
  using bundles = await buildBundles(workspace.root);
  const options = { rounds: 1, quick: true, progress: () => {} };
  const measured = await measureCommunication(bundles, options);
  expect(measured.channels.map(({ name }) => name)).toEqual([
    'process',
    'thread',
    'in-process',
    'process to process',
    'fused in a process',
    'thread to thread',
    'fused in a thread',
  ]);
  for (const { microseconds } of measured.channels) {
    expect(microseconds.flat().filter((value) => value > 0)).toHaveLength(measured.kilobytes.length);
  }
});

it('says where a thread is not the faster one', () => {
  const flat = (name: string, kind: 'invocation' | 'call', values: number[]) => ({
    name,
    kind,
    microseconds: values.map((value) => [value]),
  });
  const measured: MeasuredCommunication = {
    kilobytes: [1, 1000],
    channels: [
      flat('process', 'invocation', [100, 1000]),
      flat('thread', 'invocation', [50, 1000]),
      flat('process to process', 'call', [3000, 9000]),
      flat('thread to thread', 'call', [2000, 8000]),
      flat('fused in a process', 'call', [100, 900]),
    ],
  };
  const { text } = communicationSection(measured);
  expect(text.join(' ')).toContain('100 µs and from a thread after 50 µs (2 times)');
  expect(text.join(' ')).toContain('The thread was not faster with 1 MB.');
  expect(text.join(' ')).toContain('fused into one function, 100 µs (30 times)');
});
