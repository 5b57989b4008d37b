import { membersKey } from '../advice/facts.ts';
import { plural } from './summarise.ts';

type NamedGroups = readonly (readonly { readonly name: string }[])[];

/** True if two groupings are the same. */
export function areSame(one: NamedGroups, other: NamedGroups): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf(groups: NamedGroups): string {
  return groups.map(membersKey).sort().join(';');
}

/** `a + b; c; 7 endpoints by themselves`. */
export function inWords(groups: NamedGroups): string {
  const fused = groups
    .filter(({ length }) => length > 1)
    .map((group) => group.map(({ name }) => name).join(' + '));
  const alone = groups.filter(({ length }) => length === 1).flat();
  const byThemselves =
    alone.length > 3 ? [`${plural(alone.length, 'endpoint')} by themselves`] : alone.map(({ name }) => name);
  return [...fused, ...byThemselves].join('; ');
}
