/**
 * Files of a package that no cache and no watch counts, with what they are. The named input `own` in nx.json and .gitignore
 * exclude the same: a spec compares them.
 */
const uncounted: readonly [pattern: RegExp, what: string][] = [
  [/(?:^|\/)(?:dist|artifact|tmp)\//, 'build output'],
  [/\.spec\.ts$/, 'a spec'],
  [/(?:^|\/)[A-Z]{2}[^/]*\.md$/, 'documentation, by its capital letters'],
  [/(?:^|\/)bundle-size\.json$/, 'the record of a bundle size'],
];

/**
 * @param file - relative to its package
 * @returns what the file is, if a change of it rebuilds nothing; undefined for a source
 */
export function whyUncounted(file: string): string | undefined {
  return uncounted.find(([pattern]) => pattern.test(file))?.[1];
}
