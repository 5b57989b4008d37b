import type { Bundle } from './bundle.ts';

type Parts = Pick<Bundle, 'parts'> & { readonly code: { readonly length: number } };

/**
 * How many bytes these bundles would be as one: each source file once, as large as the largest form it has in any of
 * them. Tree shaking leaves different rests of one file in different bundles, so the real one may be larger, but not
 * smaller.
 */
export function bytesTogether(bundles: readonly Parts[]): number {
  const largest = new Map<string, number>();
  let wrapping = 0;
  for (const { code, parts } of bundles) {
    let sum = 0;
    for (const [file, bytes] of parts) {
      sum += bytes;
      largest.set(file, Math.max(bytes, largest.get(file) ?? 0));
    }
    // What esbuild adds around them.
    wrapping = Math.max(wrapping, code.length - sum);
  }
  return wrapping + largest.values().reduce((sum, bytes) => sum + bytes, 0);
}

/** How many of the bundles' bytes stand in more than one of them. */
export function duplicatedBytes(bundles: readonly Parts[]): number {
  return bundles.reduce((sum, { code }) => sum + code.length, 0) - bytesTogether(bundles);
}
