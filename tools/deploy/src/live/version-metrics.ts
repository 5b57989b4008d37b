import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { failureMetric } from '@nanoservices/endpoint/failure-metric';
import { liveAlias } from '../stacks/names.ts';

/** Requests to a version in a period, and its failures. */
export interface VersionCounts {
  readonly requests: number;
  /** Invocations that failed as a whole, and responses with a status from 500 on. */
  readonly failures: number;
}

/** Resolution of Lambda's metrics. */
const periodS = 60;

/** Reads the metrics of versions behind the alias `live`. CloudWatch has them about a minute late. */
export class VersionMetrics {
  readonly #client: CloudWatchClient;

  constructor(region: string) {
    this.#client = new CloudWatchClient({ region, maxAttempts: 8 });
  }

  /**
   * @param name - of the function on AWS
   * @param since - milliseconds since 1970; the whole minute counts
   * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html (ExecutedVersion)
   */
  async read(name: string, version: string, since: number): Promise<VersionCounts> {
    const lambda = { FunctionName: name, Resource: `${name}:${liveAlias}`, ExecutedVersion: version };
    const queries = [
      query('requests', 'AWS/Lambda', 'Invocations', lambda),
      query('errors', 'AWS/Lambda', 'Errors', lambda),
      query('failures', failureMetric.namespace, failureMetric.name, {
        FunctionName: name,
        Version: version,
      }),
    ];
    const { MetricDataResults = [] } = await this.#client.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries,
        StartTime: new Date(Math.floor(since / 60_000) * 60_000),
        EndTime: new Date(Date.now() + 60_000),
      }),
    );
    const sumOf = (id: string) =>
      (MetricDataResults.find(({ Id }) => Id === id)?.Values ?? []).reduce((sum, value) => sum + value, 0);
    return { requests: sumOf('requests'), failures: sumOf('errors') + sumOf('failures') };
  }
}

function query(
  Id: string,
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: periodS, Stat: 'Sum' } };
}
