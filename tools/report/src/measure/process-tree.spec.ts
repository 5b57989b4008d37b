import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canMeasureTrees, cpuTicks, pssKb, treeCpuSeconds, treeMemoryMb } from './process-tree.ts';

describe('/proc', () => {
  it('has the proportional set size among others', () => {
    const rollup =
      'ffc000-7ffd000 ---p 00000000 00:00 0  [rollup]\nRss:  900 kB\nPss:     512 kB\nPss_Dirty: 7 kB\n';
    expect(pssKb(rollup)).toBe(512);
  });

  it('has the processor time behind a name of any kind', () => {
    const name = fc.string({ unit: fc.constantFrom(' ', '(', ')', 'a', '1'), maxLength: 15 });
    const ticks = fc.nat({ max: 1e6 });
    fc.assert(
      fc.property(name, fc.tuple(ticks, ticks, ticks, ticks), (program, times) => {
        const stat = `17 (${program}) S 1 17 17 0 -1 4194560 100 200 3 4 ${times.join(' ')} 20 0 11 0 99`;
        expect(cpuTicks(stat)).toBe(times.reduce((sum, time) => sum + time));
      }),
    );
  });

  it('has nothing of a process that has ended', () => {
    expect([pssKb(''), cpuTicks('')]).toEqual([0, 0]);
  });
});

describe.runIf(canMeasureTrees)('the tree of a process', () => {
  it('counts what its child holds and does', async () => {
    const child = `const hoard = Buffer.alloc(64 * 2 ** 20, 1);
      const end = process.cpuUsage().user + 300_000;
      while (process.cpuUsage().user < end);
      process.stdout.write('done ' + hoard.length);
      process.on('disconnect', () => process.exit());`;
    const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], {
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    });`;
    const { pid, stdout } = spawn(process.execPath, ['-e', parent], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(stdout, 'data');
    expect(treeMemoryMb(pid as number)).toBeGreaterThan(64);
    expect(treeCpuSeconds(pid as number)).toBeGreaterThan(0.29);
    process.kill(pid as number, 'SIGKILL');
    await once(stdout, 'close');
  });
});
