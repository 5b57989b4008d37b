import { createHash } from 'node:crypto';
import { stringify } from 'yaml';

/** The content of a serverless.yml. @see https://github.com/oss-serverless/osls/tree/main/docs */
export interface Service {
  readonly service: string;
  readonly provider: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** The text of a serverless.yml. */
export function renderService(service: Service, comment: string): string {
  const lines = comment.split('\n').map((line) => `# ${line}`);
  return `${lines.join('\n')}\n${stringify(service, { lineWidth: 110, aliasDuplicateObjects: false, version: '1.1' })}`;
}

/** A short hash of a service: two that are configured alike have the same. */
export function configurationOf(service: Service): string {
  return createHash('sha256').update(JSON.stringify(service)).digest('hex').slice(0, 16);
}
