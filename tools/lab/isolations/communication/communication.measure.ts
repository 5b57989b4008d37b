import { deepStrictEqual } from 'node:assert';
import { type Contestant, contestants, type Started, starter } from '../contestants.ts';
import { listOf } from '../handlers/contracts.ts';
import { type CallBundles, startCallers } from './caller.ts';

export interface Conversations {
  readonly echo: string;
  readonly calls: CallBundles;
  readonly kilobytes: readonly number[];
  readonly rounds: number;
  /** How long a contestant's turn takes, about. */
  readonly turnMs: number;
}

/** One way of asking, and microseconds per question: of each payload, of each round. */
export interface MeasuredConversation {
  readonly name: string;
  readonly kind: 'invocation' | 'call';
  readonly microseconds: readonly (readonly number[])[];
}

interface Speaker {
  readonly name: string;
  readonly kind: MeasuredConversation['kind'];
  /** Microseconds per question. */
  ask(kilobytes: number, times: number): Promise<number>;
}

/** All contestants are in one host, and take turns in each round and with each payload. */
export async function measure({
  echo,
  calls,
  kilobytes,
  rounds,
  turnMs,
}: Conversations): Promise<readonly MeasuredConversation[]> {
  const start = await starter();
  const echoes = await Promise.all(contestants.map((contestant) => start(contestant, { bundle: echo })));
  await using callers = await startCallers(calls);
  const speakers: Speaker[] = [
    ...contestants.map((name, index) => invoker(name, echoes[index] as Started)),
    ...(['process', 'thread'] as const).flatMap((isolation): Speaker[] => [
      { name: `${isolation} to ${isolation}`, kind: 'call', ask: callers.caller(isolation, false).call },
      { name: `fused in a ${isolation}`, kind: 'call', ask: callers.caller(isolation, true).call },
    ]),
  ];
  await sameAnswers(echoes, kilobytes);
  const values = speakers.map(() => kilobytes.map((): number[] => []));
  for (const [size, kb] of kilobytes.entries()) {
    const times: number[] = [];
    // How often is enough.
    for (const speaker of speakers) times.push(await timesFor(speaker, kb, turnMs));
    // One round more, to get warm with this payload.
    for (let round = 0; round <= rounds; round++) {
      for (let place = 0; place < speakers.length; place++) {
        const index = (place + round) % speakers.length;
        const microseconds = await (speakers[index] as Speaker).ask(kb, times[index] as number);
        if (round > 0) values[index]?.[size]?.push(microseconds);
      }
    }
  }
  await Promise.all(echoes.map((one) => one.stop()));
  return speakers.map(({ name, kind }, index) => ({ name, kind, microseconds: values[index] ?? [] }));
}

function invoker(name: Contestant, started: Started): Speaker {
  return {
    name,
    kind: 'invocation',
    ask: async (kilobytes, times) => {
      const event = listOf(kilobytes);
      const startedAt = performance.now();
      for (let n = 0; n < times; n++) await started.invoke(event);
      return ((performance.now() - startedAt) * 1000) / times;
    },
  };
}

async function timesFor(speaker: Speaker, kilobytes: number, turnMs: number): Promise<number> {
  await speaker.ask(kilobytes, 3);
  const microseconds = await speaker.ask(kilobytes, 3);
  const times = Math.round((turnMs * 1000) / microseconds);
  return Math.min(500, Math.max(3, times));
}

/** The callers compare the answers to their calls themselves. */
async function sameAnswers(echoes: readonly Started[], kilobytes: readonly number[]): Promise<void> {
  for (const kb of kilobytes) {
    for (const echo of echoes) deepStrictEqual(await echo.invoke(listOf(kb)), listOf(kb));
  }
}
