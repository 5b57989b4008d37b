/** The CloudWatch namespace of the metric, and its name. */
export const failureMetric = { namespace: 'Endpoints', name: 'Failures' } as const;

/**
 * Counts a failed response of a published version in CloudWatch. Lambda's own metrics know only invocations that fail as a
 * whole, and neither they nor those of API Gateway tell two versions apart behind an alias.
 *
 * The line goes past the console, which would wrap it in the log format of the function.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function countFailure(): void {
  const { AWS_LAMBDA_FUNCTION_NAME: FunctionName, AWS_LAMBDA_FUNCTION_VERSION: Version } = process.env;
  if (!/^\d+$/.test(Version ?? '')) return;
  const { namespace: Namespace, name: Name } = failureMetric;
  const CloudWatchMetrics = [
    { Namespace, Dimensions: [['FunctionName', 'Version']], Metrics: [{ Name, Unit: 'Count' }] },
  ];
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics }, FunctionName, Version, [Name]: 1 };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
