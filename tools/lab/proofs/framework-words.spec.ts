import { expect, it } from 'vitest';
import { findLines, trackedFiles } from '../testbed/repository.ts';

/** The application's scope, nouns and demo data. `user` alone is a word of HTTP and PostgreSQL, and a kind of access. */
const word =
  /\b(?:arcade|users|games?|players?|seats?|chess|ann|ben|cleo)\b|@arcade\b|(?:user|game|player)(?:Id\b|s\/|NotFound)|\b(?:get|create|update|delete|list|join|leave)-(?:user|game)|0197f3a0-0000-7000-8000-0{10}[0a]\d/i;

/** Connections of PostgreSQL have users, too. */
const others = /\busers: number|\bAS users\b|rows\[0\]\.users\b|\busers (?:of|were)\b/g;

it('the framework contains no word of the application', () => {
  const framework = trackedFiles().filter(
    (file) =>
      /^(?:libs\/(?:endpoint|postgres)|tools\/(?!lab\/)|nx\.json|\.dependency-cruiser|tsconfig)/.test(file) &&
      !/\.(?:webp|png)$/.test(file),
  );
  const found = [
    ...framework.filter((file) => word.test(file)),
    ...findLines(framework, (line) => word.test(line.replace(others, ''))),
  ];
  expect(framework.length).toBeGreaterThan(200);
  expect(found).toEqual([]);
});
