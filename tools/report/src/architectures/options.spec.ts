import { parseArgs } from 'node:util';
import { expect, it } from 'vitest';
import { parseReportOptions, type ReportValues, reportOptions } from './options.ts';

const parse = (...args: string[]) => parseReportOptions(parseArgs({ args, options: reportOptions }).values);

it('the options of a report have defaults, and smaller ones with --quick', () => {
  expect(parse()).toEqual({
    topologies: undefined,
    rounds: 5,
    seconds: 5,
    concurrency: 10,
    commits: 200,
    traffic: undefined,
    out: 'dist/report',
  });
  expect(parse('--quick', '--seconds', '3', '--topologies', 'nano, mono')).toMatchObject({
    topologies: ['nano', 'mono'],
    rounds: 1,
    seconds: 3,
    commits: 10,
  });
});

it.each<[ReportValues, string]>([
  [{ rounds: 'many' }, '--rounds takes a number from 1 to 100; not "many".'],
  [{ seconds: '0' }, '--seconds takes a number from 1 to 600; not "0".'],
  [{ concurrency: '1e2' }, '--concurrency takes a number from 1 to 100; not "1e2".'],
])('the options %j are refused', (values, message) => {
  expect(() => parseReportOptions(values)).toThrow(message);
});
