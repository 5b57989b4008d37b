/** Keys of stages.json: the name of a stage, such as `prod`, or a pattern of previews, such as `pr-*`. */
export const stageKey = /^[a-z](?:[a-z0-9-]{0,15}|[a-z0-9-]{0,12}-\*)$/;

/** The text that `*` stands for. It has no hyphen, so that the names of one preview never begin with the name of another. */
const part = '[a-z0-9]+';

/** @returns true for a key such as `pr-*` */
export function isStagePattern(key: string): boolean {
  return key.endsWith('*');
}

/** Finds the pattern of a stage's name: `pr-*` for `pr-12`. */
export function patternOf(name: string, patterns: readonly string[]): string | undefined {
  if (!stageKey.test(name)) return undefined;
  return patterns.find((one) => new RegExp(`^${withPart(one)}$`).test(name));
}

/**
 * Finds a stage whose names on AWS could be those of another: the function `shop-dev-eu-list-orders` is `eu-list-orders` of `dev`, or
 * `list-orders` of `dev-eu`; the names of `pr-main` could be those of a preview `pr-*`. Rights and removal of a stage go by the
 * beginning of its names.
 *
 * @param keys - names of stages, and patterns
 */
export function findOverlap(keys: readonly string[]): { inner: string; outer: string } | undefined {
  for (const outer of keys) {
    const begins = new RegExp(`^${withPart(outer)}(?:-|$)`);
    const inner = keys.find((one) => one !== outer && begins.test(one.replace('*', 'x')));
    if (inner !== undefined) return { inner, outer };
  }
  return undefined;
}

function withPart(key: string): string {
  return key.replace('*', part);
}
