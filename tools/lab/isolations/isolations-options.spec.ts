import { describe, expect, it } from 'vitest';
import { parseIsolationsOptions } from './isolations-options.ts';

describe('the options of lab:isolations', () => {
  it('measure five times into the folder of reports, and once when quick', () => {
    expect(parseIsolationsOptions([])).toMatchObject({ rounds: 5, quick: false, out: 'dist/report' });
    expect(parseIsolationsOptions(['--quick']).rounds).toBe(1);
    expect(parseIsolationsOptions(['--quick', '--rounds', '12']).rounds).toBe(12);
  });

  it.each(['0', '-1', 'many', '1e3', '100'])('refuse %s rounds', (rounds) => {
    expect(() => parseIsolationsOptions([`--rounds=${rounds}`])).toThrow(
      `--rounds takes a number from 1 to 99; not "${rounds}".`,
    );
  });

  it('show what there is when there is no such option', () => {
    expect(() => parseIsolationsOptions(['--fast'])).toThrow(/--fast.+Usage:/s);
  });
});
