import { deepStrictEqual } from 'node:assert';
import { turns } from '../../testbed/turns.ts';
import { type Contestant, contestants, type Started, starter } from '../contestants.ts';
import { listOf } from '../handlers/contracts.ts';
import { type CallBundles, startCallers } from './caller.ts';

export interface ChannelsToMeasure {
  readonly echo: string;
  readonly calls: CallBundles;
  readonly kilobytes: readonly number[];
  readonly rounds: number;
  /** The approximate duration of a turn. */
  readonly turnMs: number;
}

/** A way to send a request. */
export interface MeasuredChannel {
  readonly name: string;
  readonly kind: 'invocation' | 'call';
  /** Microseconds per request, by payload and round. */
  readonly microseconds: readonly (readonly number[])[];
}

interface Channel {
  readonly name: string;
  readonly kind: MeasuredChannel['kind'];
  /** Sends requests one after the other. @returns microseconds per request */
  send(kilobytes: number, times: number): Promise<number>;
}

/** All channels are in one host, and take turns with each payload. */
export async function measure({
  echo,
  calls,
  kilobytes,
  rounds,
  turnMs,
}: ChannelsToMeasure): Promise<readonly MeasuredChannel[]> {
  const start = await starter();
  const echoes = await Promise.all(contestants.map((contestant) => start(contestant, { bundle: echo })));
  await using callers = await startCallers(calls);
  const channels: Channel[] = [
    ...contestants.map((name, index) => invoker(name, echoes[index] as Started)),
    ...(['process', 'thread'] as const).flatMap((isolation): Channel[] => [
      { name: `${isolation} to ${isolation}`, kind: 'call', send: callers.caller(isolation, false).call },
      { name: `fused in a ${isolation}`, kind: 'call', send: callers.caller(isolation, true).call },
    ]),
  ];
  await proveEcho(echoes, kilobytes);
  const values = channels.map(() => kilobytes.map((): number[] => []));
  for (const [size, kb] of kilobytes.entries()) {
    const times: number[] = [];
    for (const channel of channels) times.push(await timesFor(channel, kb, turnMs));
    // The first round warms up with this payload.
    for (const { contestant, index, round } of turns(channels, rounds + 1)) {
      const microseconds = await contestant.send(kb, times[index] as number);
      if (round > 0) values[index]?.[size]?.push(microseconds);
    }
  }
  await Promise.all(echoes.map((one) => one.stop()));
  return channels.map(({ name, kind }, index) => ({ name, kind, microseconds: values[index] ?? [] }));
}

function invoker(name: Contestant, started: Started): Channel {
  return {
    name,
    kind: 'invocation',
    send: async (kilobytes, times) => {
      const event = listOf(kilobytes);
      const startedAt = performance.now();
      for (let n = 0; n < times; n++) await started.invoke(event);
      return ((performance.now() - startedAt) * 1000) / times;
    },
  };
}

/** The number of requests that fill a turn. */
async function timesFor(channel: Channel, kilobytes: number, turnMs: number): Promise<number> {
  await channel.send(kilobytes, 3);
  const microseconds = await channel.send(kilobytes, 3);
  const times = Math.round((turnMs * 1000) / microseconds);
  return Math.min(500, Math.max(3, times));
}

/** Proves that all contestants respond alike. The callers compare the responses to their calls themselves. */
async function proveEcho(echoes: readonly Started[], kilobytes: readonly number[]): Promise<void> {
  for (const kb of kilobytes) {
    for (const echo of echoes) deepStrictEqual(await echo.invoke(listOf(kb)), listOf(kb));
  }
}
