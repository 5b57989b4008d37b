import { describe, expect, it } from 'vitest';
import { IdempotencyKey, line, Timestamp, Version } from './text.ts';

describe('a line', () => {
  const Name = line(100);

  it('is trimmed', () => {
    expect(Name.parse('  Blue chair\t ')).toBe('Blue chair');
  });

  it.each([
    ['an empty text', ''],
    ['blanks', '   '],
    ['101 characters', 'a'.repeat(101)],
    ['101 characters of two code units', '🪑'.repeat(101)],
    ['a million blanks and a control character', `a${' '.repeat(1e6)}\x07`],
    ['a NUL, which PostgreSQL cannot store', 'a\0b'],
    ['a line break', 'a\nb'],
    ['a lone surrogate', 'a\ud800b'],
    ['a number', 1],
  ])('refuses %s', (_, input) => {
    expect(Name.safeParse(input).success).toBe(false);
  });

  it('takes texts of every script', () => {
    for (const text of ['🪑'.repeat(100), 'Żółć', '李小龍', '👩‍🚀', "O'Neill-Šmíd"]) {
      expect(Name.parse(text)).toBe(text);
    }
  });
});

it('an idempotency key is 1 to 255 visible ASCII characters', () => {
  expect(IdempotencyKey.safeParse('a'.repeat(255)).success).toBe(true);
  for (const key of ['', 'a'.repeat(256), 'a b', 'ä'])
    expect(IdempotencyKey.safeParse(key).success).toBe(false);
});

it('a timestamp is in UTC', () => {
  expect(Timestamp.safeParse(new Date(0).toISOString()).success).toBe(true);
  for (const text of [
    '2026-01-01T00:00:00+01:00',
    '2026-01-01T00:00:00',
    '2026-01-01',
    '2026-02-30T00:00:00Z',
  ])
    expect(Timestamp.safeParse(text).success, text).toBe(false);
});

it('a version is a positive integer', () => {
  expect(Version.safeParse(1).success).toBe(true);
  for (const version of [0, -1, 1.5, '1']) expect(Version.safeParse(version).success).toBe(false);
});
