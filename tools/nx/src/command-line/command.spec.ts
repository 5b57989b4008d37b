import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { command, integer, parseCommand, usageOf } from './command.ts';
import { main, runCommand } from './main.ts';

const greet = command({
  name: 'greet',
  summary: 'Greet a person',
  names: { value: '<name>', description: 'of the person', most: 1 },
  options: {
    times: { type: 'string', short: 't', value: 'N', description: 'how often (default 1)' },
    tone: { type: 'string', choices: ['warm', 'cold'], description: 'the tone' },
    word: { type: 'string', multiple: true, description: 'a word; may be repeated' },
    loud: { type: 'boolean', description: 'in capitals' },
  },
  details: 'Exit codes: 0.',
  run: async ({ names, values }) => (names[0] === 'nobody' || values.loud ? 1 : undefined),
});

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  for (const stream of ['log', 'error'] as const) {
    vi.spyOn(console, stream).mockImplementation((text) => void printed.push(String(text)));
  }
});
afterEach(() => void vi.restoreAllMocks());

describe('arguments', () => {
  it('are names and values', () => {
    expect(parseCommand(greet, ['you', '-t', '2', '--word=a', '--word', 'b', '--loud=true'])).toEqual({
      names: ['you'],
      values: { times: '2', word: ['a', 'b'], loud: true },
    });
    expect(parseCommand(greet, ['you', '--no-loud'])?.values.loud).toBe(false);
    expect(parseCommand(greet, ['--help'])).toBeUndefined();
  });

  it.each([
    [[], /^<name> is missing: nanos greet <name>\. npx nanos greet --help tells more\.$/],
    [
      ['a', 'b'],
      /^Unexpected argument "b": nanos greet takes only <name>\. npx nanos greet --help tells more\.$/,
    ],
    [
      ['a', '--bogus'],
      /^Unknown option '--bogus'\. There are: --help, --times, --tone, --word, --loud\. npx nanos greet --help tells more\.$/,
    ],
    [['a', '--tone', 'blue'], /--tone takes warm or cold; not "blue"/],
    [['a', '--times'], /argument missing/],
  ])('%j are refused', (args, message) => {
    expect(() => parseCommand(greet, args)).toThrow(message);
  });

  it('of a number are whole, and in a range', () => {
    const range = { from: 1, to: 9, otherwise: 3 };
    expect([integer('n', undefined, range), integer('n', '9', range)]).toEqual([3, 9]);
    for (const text of ['0', '10', '1.5', 'x', '', '-1']) {
      expect(() => integer('n', text, range), text).toThrow(`--n takes a number from 1 to 9; not "${text}".`);
    }
  });
});

it('the usage text has everything', () => {
  expect(usageOf(greet)).toMatchInlineSnapshot(`
    "Usage: nanos greet <name> [options]

    Greet a person.

      <name>            of the person

      -t, --times N     how often (default 1)
      --tone warm|cold  the tone
      --word VALUE      a word; may be repeated
      --loud            in capitals
      --help            show this

    Exit codes: 0."
  `);
});

describe('a command', () => {
  it('ends with its own exit code, or 0', async () => {
    expect(await runCommand(greet, '/', ['you'])).toBe(0);
    expect(await runCommand(greet, '/', ['nobody'])).toBe(1);
  });

  it('with wrong arguments ends with 2, without a stack', async () => {
    expect(await runCommand(greet, '/', ['you', '--bogus'])).toBe(2);
    expect(printed.join('\n')).toContain("Unknown option '--bogus'");
    expect(printed.join('\n')).not.toMatch(/^\s+at /m);
  });

  it('prints its usage with --help', async () => {
    expect(await runCommand(greet, '/', ['--help'])).toBe(0);
    expect(printed).toEqual([usageOf(greet)]);
  });

  it.each([
    ['a failure outside', Object.assign(new Error('no'), { exitCode: 3 }), 3, 'no'],
    ['AWS', Object.assign(new Error('Denied'), { name: 'X', $metadata: {} }), 1, 'AWS: X: Denied'],
    ['a bug', new RangeError('bug'), 1, 'RangeError: bug'],
  ])('that fails by %s says so, with its exit code', async (_, error, code, text) => {
    const failing = { ...greet, run: () => Promise.reject(error) };
    expect(await runCommand(failing, '/', ['you'])).toBe(code);
    expect(printed.join('\n')).toContain(text);
  });
});

describe('nanos', () => {
  it('lists its commands', async () => {
    expect(await main('/', ['--help'])).toBe(0);
    expect(printed.join('\n')).toMatch(/start .*\n.*invoke /);
  });

  it('without a command, or with an unknown one, is wrong usage', async () => {
    expect(await main('/', [])).toBe(2);
    expect(await main('/', ['bogus'])).toBe(2);
    expect(printed.join('\n')).toContain('There is no command "bogus"');
  });
});
