import { afterEach, expect, it, vi } from 'vitest';
import { countFailure } from './failure-metric.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function written(version: string): string[] {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'shop-dev-get-order');
  vi.stubEnv('AWS_LAMBDA_FUNCTION_VERSION', version);
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(`${text}`) > 0);
  countFailure();
  return lines;
}

it('is a line in the embedded metric format, with function and version as dimensions', () => {
  const [line = '', ...more] = written('7');
  expect(more).toEqual([]);
  expect(line.endsWith('\n')).toBe(true);
  expect(JSON.parse(line)).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'Endpoints',
          Dimensions: [['FunctionName', 'Version']],
          Metrics: [{ Name: 'Failures', Unit: 'Count' }],
        },
      ],
    },
    FunctionName: 'shop-dev-get-order',
    Version: '7',
    Failures: 1,
  });
});

it('is not written by a function that is no published version, as on this machine', () => {
  expect(written('$LATEST')).toEqual([]);
});
