import { type FunctionToStart, type Start, type Started, starter } from '../contestants.ts';
import type { ProbeName } from '../handlers/probe-list.ts';
import type { ProbeStep } from '../handlers/probes.ts';
import { classify, type Observation, type ProbeOutcome } from './classify.ts';

/** `fused` is two endpoints in one process. */
export type Setting = 'process' | 'thread' | 'fused' | 'in-process';

export interface ProbesToTry {
  readonly setting: Setting;
  readonly names: readonly ProbeName[];
  readonly toStart: FunctionToStart;
}

/** Tries probes one after the other, each in fresh environments of one host. */
export async function measure({ setting, names, toStart }: ProbesToTry): Promise<readonly ProbeOutcome[]> {
  const start = await starter();
  // The host's own view.
  const host = await start('in-process', toStart);
  const outcomes: ProbeOutcome[] = [];
  for (const name of names) outcomes.push(classify(await tryProbe(name, setting, start, toStart, host)));
  return outcomes;
}

async function tryProbe(
  probe: ProbeName,
  setting: Setting,
  start: Start,
  toStart: FunctionToStart,
  host: Started,
): Promise<Observation> {
  const first = await start(setting === 'fused' ? 'process' : setting, toStart);
  const second = setting === 'fused' ? first : await start(setting, toStart);
  const ask = (started: Started, step: ProbeStep['step'], token?: unknown, endpoint = 'first') =>
    started.invoke({ routeKey: `POST /${endpoint}`, probe, step, token }) as Promise<Record<string, unknown>>;
  // A crash during the look means that it was not seen.
  const sees = (started: Started, token: unknown, endpoint?: string) =>
    ask(started, 'observe', token, endpoint).then(
      ({ seen }) => seen as boolean | undefined,
      () => false,
    );
  try {
    const { token } = await ask(first, 'change');
    const seen = await sees(first, token);
    if (seen === undefined) return {};
    const neighbour = await sees(second, token, 'second');
    return {
      seen,
      seenByOthers: neighbour === true || (isolated(setting) && (await sees(host, token)) === true),
    };
  } catch (error) {
    return { threw: (error as Error).message, ended: first.stopped };
  } finally {
    await Promise.all([first.stop(), second.stop()]);
  }
}

const isolated = (setting: Setting) => setting === 'process' || setting === 'thread';
