import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContractFile, readContractFile } from '../contract-file.ts';
import { readPacking } from '../topology.ts';
import { clientCode } from './client-code.ts';
import { clientTypes } from './client-types.ts';

const root = process.cwd();
let contracts: ContractFile[];
let code: string;
let folder: string;

beforeAll(async () => {
  contracts = await Promise.all(readPacking(root).endpoints.map((one) => readContractFile(root, one)));
  code = await clientCode(
    root,
    contracts.map(({ contract }) => contract),
  );
  // Far from this workspace: whoever uses the client has neither zod nor its types.
  folder = mkdtempSync(join(tmpdir(), 'client-'));
  for (const [file, text] of Object.entries(clientTypes(root, contracts))) {
    writeFileSync(join(folder, file), text);
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe("the client's code", () => {
  it('is less than 5 kB, and needs nothing', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(5000);
    expect(code).not.toMatch(/\bimport\b/);
  });

  it('has a method for every endpoint', async () => {
    const { createClient } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    expect(Object.keys(createClient({ baseUrl: '' })).toSorted()).toEqual(
      contracts.map(({ exportName }) => exportName).toSorted(),
    );
  });
});

/** The errors of types in the statements of a module that uses the client, each in a line of its own. */
function errorsOf(statements: readonly string[]): string[][] {
  const file = join(folder, 'use.mts');
  const lines = [
    `import { createClient, isProblem } from './index.js'; const client = createClient({ baseUrl: '/' });`,
    ...statements.map((statement) => `{ ${statement} }`),
  ];
  writeFileSync(file, lines.join('\n'));
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.NodeNext,
  });
  const errors: string[][] = statements.map(() => []);
  for (const { file: source, start = 0, messageText } of ts.getPreEmitDiagnostics(program)) {
    const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
    errors[line - 1]?.push(ts.flattenDiagnosticMessageText(messageText, ' '));
  }
  return errors;
}

it("the client's types say what the contracts say", { timeout: 60_000 }, () => {
  const right = [
    "const { id } = await client.getUser({ params: { userId: '1' } }); id satisfies string;",
    "const { games } = await client.getUser({ params: { userId: '1' } }, { timeoutMs: 100 }); if (games.status === 'available') games.items[0]?.title.length;",
    'await client.listGames();',
    "for (const game of (await client.listGames({ query: { status: ['open'], limit: 5 } })).items) game.seats.toFixed();",
    "const game = await client.createGame({ body: { title: 't', seats: 4 } }); await client.updateGame({ params: { gameId: game.id }, body: { status: 'playing' }, ifMatch: game.version });",
    "(await client.deleteGame({ params: { gameId: '1' } })) satisfies undefined;",
    "const error: unknown = 0; if (isProblem(error, 'game-full')) error.type satisfies 'game-full';",
  ];
  const wrong: [string, RegExp][] = [
    ['client.getUser({ params: {} })', /userId/],
    ['client.getUser()', /Expected 1-2 arguments/],
    ["client.updateGame({ params: { gameId: '' }, ifMatch: 1 })", /'body' is missing/],
    ["client.updateGame({ params: { gameId: '' }, body: {} })", /'ifMatch' is missing/],
    ["client.createGame({ body: { title: '', seats: 1, size: 1 } })", /'size'/],
    ["client.listGames({ query: { status: ['closed'] } })", /"closed"/],
    ['(await client.listGames()).count', /'count' does not exist/],
    ["isProblem(1, 'user-not-fond')", /user-not-fond/],
  ];
  const errors = errorsOf([...right, ...wrong.map(([statement]) => statement)]);
  expect(errors.slice(0, right.length)).toEqual(right.map(() => []));
  for (const [index, [, message]] of wrong.entries()) {
    expect(errors[right.length + index]).toEqual([expect.stringMatching(message)]);
  }
});
