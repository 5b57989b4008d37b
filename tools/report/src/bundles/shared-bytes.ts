import type { Bundle } from './bundle.ts';

type Parts = Pick<Bundle, 'parts'> & { readonly code: { readonly length: number } };

/**
 * How many bytes groups of these bundles would be as one: each source file once, as large as the largest form it has in any
 * of them. Tree shaking leaves different rests of one file in different bundles, so the real one may be larger, but not
 * smaller.
 *
 * @returns of a group of them; fast enough for a hundred thousand groups
 */
export function groupBytes<One extends Parts>(bundles: readonly One[]): (group: readonly One[]) => number {
  const files = new Map<string, number>();
  for (const { parts } of bundles) {
    for (const file of parts.keys()) if (!files.has(file)) files.set(file, files.size);
  }
  const indexed = new Map(
    bundles.map((bundle) => {
      const parts = [...bundle.parts].map(([file, bytes]) => [files.get(file) as number, bytes] as const);
      // What esbuild adds around them.
      const wrapping = bundle.code.length - parts.reduce((sum, [, bytes]) => sum + bytes, 0);
      return [bundle, { parts, wrapping }] as const;
    }),
  );
  const largest = new Float64Array(files.size);
  return (group) => {
    largest.fill(0);
    let wrapping = 0;
    for (const bundle of group) {
      const own = indexed.get(bundle);
      if (!own) throw new Error('A group has a bundle that is not among the others.');
      wrapping = Math.max(wrapping, own.wrapping);
      for (const [file, bytes] of own.parts) {
        if (bytes > (largest[file] as number)) largest[file] = bytes;
      }
    }
    return wrapping + largest.reduce((sum, bytes) => sum + bytes, 0);
  };
}

/** How many of the bundles' bytes stand in more than one of them. */
export function duplicatedBytes(bundles: readonly Parts[]): number {
  return bytesApart(bundles) - groupBytes(bundles)(bundles);
}

export function bytesApart(bundles: readonly Pick<Parts, 'code'>[]): number {
  return bundles.reduce((sum, { code }) => sum + code.length, 0);
}
