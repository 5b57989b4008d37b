import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UsageError } from '@nanoservices/model';

/** Maximum size of a parameter in the standard tier. @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const maxBytes = 4096;

/**
 * Reads the value of a secret: from a terminal without showing it, else all of standard input but the line break at its end.
 *
 * @param question - for a person at a terminal
 * @throws UsageError when there is none, or it is too long for Parameter Store
 */
export async function readSecretValue(question: string): Promise<string> {
  const { stdin } = process;
  const value = stdin.isTTY ? await askHidden(question) : (await text(stdin)).replace(/\r?\n$/, '');
  if (value === '') {
    throw new UsageError('The value is empty. Pipe it in: nanos secret set NAME --stage STAGE < file');
  }
  const bytes = Buffer.byteLength(value);
  if (bytes > maxBytes) {
    throw new UsageError(`The value has ${bytes} bytes; a parameter of Systems Manager takes ${maxBytes}.`);
  }
  return value;
}

async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const closed = new AbortController();
  terminal.on('SIGINT', () => closed.abort());
  terminal.on('close', () => closed.abort());
  try {
    return await terminal.question('', { signal: closed.signal });
  } catch (error) {
    if (!closed.signal.aborted) throw error;
    return '';
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
