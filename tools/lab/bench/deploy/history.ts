import { readLayout } from '@nanoservices/model';
import type { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';

/** One commit. */
export interface Change {
  readonly kind: string;
  apply(): void;
}

/** The number of commits of each kind, as in a small team's repository: most touch one endpoint. */
const mix = {
  "an endpoint's code": 16,
  "an endpoint's comment": 5,
  "an endpoint's contract": 4,
  "an endpoint's memory": 3,
  'a test': 4,
  'the documentation': 4,
  'a query in a lib': 5,
  'a schema in a lib': 3,
  'something unused in a lib': 3,
  'what every endpoint uses': 2,
  'an older change, undone': 1,
} as const;

/** A synthetic history of a workspace: fifty commits, the kinds spread evenly, the same in every run. */
export function history(workspace: WorkspaceFixture): Change[] {
  const edit: WorkspaceFixture['edit'] = (file, change) => workspace.edit(file, change);
  const { endpoints } = readLayout(workspace.root);
  const at = (n: number) => `${endpoints[(n * 5) % endpoints.length]?.root}`;
  const append = (file: string, line: string) => edit(file, (text) => `${text}${line}\n`);
  const undone: string[] = [];
  const apply: Record<keyof typeof mix, (n: number) => void> = {
    "an endpoint's code": (n) => {
      append(`${at(n)}/src/handler.ts`, `console.debug('change ${n}');`);
      undone.push(`${at(n)}/src/handler.ts`);
    },
    "an endpoint's comment": (n) => append(`${at(n)}/src/handler.ts`, `// Remark ${n}.`),
    "an endpoint's contract": (n) =>
      edit(`${at(n)}/src/contract.ts`, (text) =>
        text.replace(/summary: (['"])/, `summary: $1Version ${n}: `),
      ),
    "an endpoint's memory": (n) =>
      edit(`${at(n)}/package.json`, (text) =>
        JSON.stringify({ ...JSON.parse(text), lambda: { memorySize: 512 + 64 * n } }, null, 2),
      ),
    'a test': (n) =>
      workspace.write(`${at(n)}/src/more-${n}.spec.ts`, `import { it } from 'vitest';\nit('does ${n}');\n`),
    'the documentation': (n) =>
      workspace.write('libs/data-access/README.md', `# Data access, edition ${n}\n`),
    'a query in a lib': (n) => {
      const file = `libs/data-access/src/${['players', 'users', 'games'][n % 3]}.ts`;
      edit(file, (text) => text.replace(/(SELECT|INSERT|UPDATE|DELETE)( +)(?=\S)/, '$1 $2'));
    },
    'a schema in a lib': (n) =>
      edit(`libs/validation/src/${['games', 'users'][n % 2]}.ts`, (text) =>
        text.replace(/(?<=max\w+\()\d+/, (limit) => String(Number(limit) - 1)),
      ),
    'something unused in a lib': (n) =>
      append(`libs/validation/src/${['games', 'users'][n % 2]}.ts`, `export const unused${n} = ${n};`),
    'what every endpoint uses': (n) =>
      append('libs/endpoint/src/endpoint.ts', `console.debug('endpoint ${n}');`),
    'an older change, undone': () => {
      edit(undone.shift() as string, (text) => text.replace(/console\.debug\('change \d+'\);\n/, ''));
    },
  };
  return spread(mix).map(({ kind, n }) => ({ kind, apply: () => apply[kind as keyof typeof mix](n) }));
}

/** Each kind at even distances. */
function spread(counts: Readonly<Record<string, number>>): { kind: string; n: number }[] {
  return Object.entries(counts)
    .flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, n) => ({ kind, n, place: (n + 0.5) / count })),
    )
    .sort((a, b) => a.place - b.place);
}
