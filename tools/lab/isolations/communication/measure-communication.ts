import { runApart } from '../apart/run-apart.ts';
import type { Bundles } from '../bundles.ts';
import type { RoundsOptions } from '../rounds.ts';
import type { MeasuredChannel } from './communication.measure.ts';

export interface MeasuredCommunication {
  readonly kilobytes: readonly number[];
  readonly channels: readonly MeasuredChannel[];
}

type Program = typeof import('./communication.measure.ts');
const program = new URL('communication.measure.ts', import.meta.url);

export async function measureCommunication(
  bundles: Bundles,
  { rounds, quick, progress }: RoundsOptions,
): Promise<MeasuredCommunication> {
  progress(`communication, ${rounds} rounds`);
  const kilobytes = [0.1, 1, 10, 100, 1000];
  const { own } = bundles;
  const channels = await runApart<Program>(program, {
    echo: own('echo'),
    calls: { caller: own('caller'), callee: own('callee'), fused: own('fused') },
    kilobytes,
    rounds,
    turnMs: quick ? 10 : 40,
  });
  return { kilobytes, channels };
}
