import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SmallHandler } from './handlers/index.ts';
import type { ProvenFunction } from './run-function.ts';
import type { ClientInvocation } from './runtime-api.ts';

/** Writes the code of a small handler into a folder of its own. */
export function writeSmallHandler({
  source,
  files = {},
  ...settings
}: SmallHandler): ProvenFunction & Disposable {
  const { environment = {}, logFormat = 'Text' } = settings;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'small-')));
  for (const [name, text] of Object.entries({ ...files, 'handler.mjs': source })) {
    writeFileSync(join(folder, name), text);
  }
  return { folder, environment, logFormat, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** @returns the invocations of a small handler */
export function invocationsOf({ events = [{}], invocation }: SmallHandler): ClientInvocation[] {
  return events.map((event, index) => ({
    requestId: `r-${index + 1}`,
    event: JSON.stringify(event),
    // Lambda never omits it.
    traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0',
    ...invocation,
  }));
}
