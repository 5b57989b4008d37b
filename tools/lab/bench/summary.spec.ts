import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';
import { cellsOf, compared, type RecordedFindings } from './findings.ts';
import { readFindings, readme, withSummaries } from './summary.ts';

const about = { machine: '2 cores', date: '2026-01-02' };
const findings: RecordedFindings = {
  ...about,
  name: 'speed',
  title: 'A run',
  rows: compared(
    [
      { name: 'hare', values: [1, 2, 4] },
      { name: 'tortoise', values: [10, 20, 20] },
    ],
    'ms',
    'hare',
  ),
};

describe('a table', () => {
  it('has medians with their spread, and ratios within a round', () => {
    expect(cellsOf(findings)).toEqual({
      hare: { ms: '2 (1 to 4)', 'ratio to hare': '1' },
      tortoise: { ms: '20 (10 to 20)', 'ratio to hare': '10 (5 to 10)' },
    });
  });

  it('has measures as rows when there are many', () => {
    const measures = Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`m${n}`, [n]]));
    const cells = cellsOf({ ...findings, rows: { one: measures, two: { m1: [7] } } });
    expect(cells).toMatchObject({ m1: { one: '1', two: '7' }, m6: { one: '6', two: '' } });
  });

  it('needs its reference', () => {
    expect(() => compared([], 'ms', 'hare')).toThrow('No contestant is called hare');
  });
});

describe('the summary', () => {
  it('is put between the marks of its name, and nothing else is touched', () => {
    const text = 'Before\n<!-- speed -->\nold\n<!-- /speed -->\nAfter';
    const filled = withSummaries(text, [findings]);
    expect(filled).toBe(
      [
        'Before\n<!-- speed -->\n',
        '| A run | ms | ratio to hare |',
        '| --- | ---: | ---: |',
        '| hare | 2 (1 to 4) | 1 |',
        '| tortoise | 20 (10 to 20) | 10 (5 to 10) |',
        '\n2026-01-02, 2 cores\n\n<!-- /speed -->\nAfter',
      ].join('\n'),
    );
    expect(withSummaries(filled, [findings])).toBe(filled);
  });

  it('misses neither a place nor findings', () => {
    expect(() => withSummaries('Nothing', [findings])).toThrow(/no <!-- speed -->.*results\/speed\.json/);
    expect(() => withSummaries('<!-- slow -->\n<!-- /slow -->', [])).toThrow(/no .*results\/slow\.json/);
  });

  it('in the README is up to date', () => {
    const text = readFileSync(join(repositoryRoot, readme), 'utf8');
    expect(withSummaries(text, readFindings())).toBe(text);
  });
});
