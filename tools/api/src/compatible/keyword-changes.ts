import { isDeepStrictEqual } from 'node:util';
import { regexes } from 'zod/v4/core';
import type { SchemaObject } from './json-schema.ts';
import { hasLimit, isLimit, withIntegerLimits } from './limits.ts';

/** Keywords that restrict nothing, or that other functions compare. */
const others = new Set([
  ...['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'propertyNames', 'items'],
  ...['prefixItems', 'title', 'description', 'default', 'example', 'examples', 'deprecated', 'readOnly'],
  ...['writeOnly', 'discriminator', 'externalDocs', 'id', '$id', '$schema', '$defs', '$comment', 'not'],
  'contentEncoding',
]);

/** Patterns that the installed zod writes beside formats. */
const formatPatterns = new Set(
  Object.values(regexes).flatMap((one) => (one instanceof RegExp ? [one.source] : [])),
).add(regexes.uuid().source);

/**
 * Finds the keywords by which a schema refuses what another one allows.
 *
 * @param one - schema whose values must all match
 * @param other - schema that they must match
 */
export function keywordChanges(
  one: SchemaObject,
  other: SchemaObject,
  isRequest: boolean,
  place: string,
): string[] {
  const [narrow, wide] = [withIntegerLimits(one), withIntegerLimits(other)];
  const [before, after] = isRequest ? [narrow, wide] : [wide, narrow];
  const changes = Object.keys(wide).filter((keyword) => {
    if (others.has(keyword) || (keyword === 'pattern' && isSameFormat(one, other))) return false;
    return isLimit(keyword)
      ? !hasLimit(narrow, keyword, wide[keyword])
      : !isDeepStrictEqual(narrow[keyword], wide[keyword]);
  });
  // { not: {} } matches no value.
  if (isDeepStrictEqual(other.not, {}) && !isDeepStrictEqual(one.not, {})) return [`${place} is refused now`];
  const shown = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));
  return changes.map(
    (keyword) => `${place} has the ${keyword} ${shown(after[keyword])} now, not ${shown(before[keyword])}`,
  );
}

/**
 * Decides if two schemas have the same format, so that their patterns say the same in the words of two versions of zod. Two patterns of
 * the installed one are different formats with one name, such as UUIDs of any version and those of version 4.
 */
function isSameFormat(one: SchemaObject, other: SchemaObject): boolean {
  const isKnown = ({ pattern }: SchemaObject) => formatPatterns.has(`${pattern}`);
  return one.format !== undefined && one.format === other.format && !(isKnown(one) && isKnown(other));
}
