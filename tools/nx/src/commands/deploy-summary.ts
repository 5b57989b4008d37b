import {
  type DeployResult,
  missingSecretsText,
  type Outcome,
  type StageDeployment,
} from '@nanoservices/deploy';
import { leftOutText } from './left-out.ts';

/** Options of the text. */
export interface SummaryOptions {
  readonly stage: string;
  readonly isDryRun: boolean;
}

/** The results of a deployment in words: what was deployed, what not and why, and where it responds. */
export function deploySummary(deployment: StageDeployment, options: SummaryOptions): string {
  const { outcomes, notTried, leftOut, missingSecrets } = deployment;
  const failed = outcomes.filter((outcome) => 'error' in outcome).map(({ name }) => name);
  return [
    ...outcomes.map((outcome) => outcomeLine(outcome, options)),
    ...notTried.map((name) => `- ${name}: not deployed, since ${failed.join(', ')} failed`),
    ...(options.isDryRun ? [] : addressLines(deployment, options)),
    ...(outcomes.length > 0 ? [totals(deployment, options)] : []),
    ...(leftOut.length > 0
      ? [leftOutText(options.stage, leftOut.map(({ endpoint }) => endpoint).sort())]
      : []),
    ...(missingSecrets.length > 0 ? [missingSecretsText({ name: options.stage }, missingSecrets)] : []),
  ].join('\n');
}

/** `3 deployed, 10 skipped, 0 failed in 12.3 s: packages 3.1 s, functions 8.9 s, api 0.3 s` */
function totals({ outcomes, phases }: StageDeployment, { isDryRun }: SummaryOptions): string {
  const count = (isCounted: (outcome: Outcome<DeployResult>) => boolean) => outcomes.filter(isCounted).length;
  const isSkipped = (outcome: Outcome<DeployResult>) =>
    'result' in outcome && outcome.result.action === 'skip';
  const failed = count((outcome) => 'error' in outcome);
  const skipped = count(isSkipped);
  const ms = phases.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const parts = phases.map(({ name, durationMs }) => `${name} ${seconds(durationMs)}`);
  const changed = `${outcomes.length - failed - skipped} ${isDryRun ? 'to deploy' : 'deployed'}`;
  const where = parts.length > 1 ? `: ${parts.join(', ')}` : '';
  return `${changed}, ${skipped} skipped, ${failed} failed in ${seconds(ms)}${where}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function outcomeLine(outcome: Outcome<DeployResult>, { isDryRun }: SummaryOptions): string {
  const { name, durationMs } = outcome;
  if ('error' in outcome) return `✗ ${name}: failed (${seconds(durationMs)})`;
  const { action, reason } = outcome.result;
  const version = 'version' in outcome.result ? outcome.result.version : undefined;
  const live = version === undefined ? '' : `, version ${version} is live`;
  if (action === 'skip') return `- ${name}: ${reason}${live}`;
  if (isDryRun) return `→ ${name}: ${action === 'full' ? 'full deployment' : 'code only'}: ${reason}${live}`;
  return `✓ ${name}: ${reason}${live} (${seconds(durationMs)})`;
}

function addressLines({ routes, apiUrl, notTried }: StageDeployment, { stage }: SummaryOptions): string[] {
  if (routes.length === 0 || notTried.includes('api')) return [];
  if (apiUrl === undefined) {
    return [
      `The API of ${stage} is not deployed, so no route leads there yet: npx nanos deploy api --stage ${stage}`,
    ];
  }
  const base = apiUrl.replace(/\/$/, '');
  const place = ({ path }: StageDeployment['routes'][number]) => (path === '$default' ? '/…' : path);
  const width = Math.max(...routes.map((route) => place(route).length));
  const methodWidth = Math.max(6, ...routes.map(({ method }) => method.length));
  const sorted = routes.toSorted((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
  return [
    `The API of ${stage} is at ${apiUrl}`,
    ...sorted.map(
      (route) =>
        `  ${route.method.padEnd(methodWidth)} ${base}${place(route).padEnd(width)}  ${route.function}`,
    ),
  ];
}
