import { fuse } from '@nanoservices/endpoint';
import { type Probe, type ProbeName, probes } from './probe-list.ts';

export interface ProbeStep {
  readonly probe: ProbeName;
  readonly step: 'change' | 'observe';
  /** The result of `change`. */
  readonly token?: unknown;
}

const handle = async (event: unknown) => {
  const { probe, step, token } = event as ProbeStep;
  const { change, observe }: Probe = probes[probe];
  return step === 'change' ? { token: await change() } : { seen: await observe?.(token as never) };
};

/** Two endpoints in one function: a change by one may be seen by the other. */
export const handler = fuse([
  { name: 'first', route: 'POST /first', handler: handle },
  { name: 'second', route: 'POST /second', handler: handle },
]);
