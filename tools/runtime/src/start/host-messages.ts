import type { Cors } from '@nanoservices/platform/stage';
import type { ApiRoute } from '../gateway/router.ts';
import type { LambdaFunction } from '../lambda/lambda.ts';
import type { JwtSettings } from '../tokens/token-verifier.ts';
import type { LogStyle } from './log-printer.ts';

/** What the host is started with. */
export interface HostConfiguration {
  readonly port: number;
  readonly lambdaPort: number;
  readonly host: string;
  readonly concurrency: number;
  readonly idleTimeoutMs: number;
  /** Default: that of Lambda. */
  readonly initTimeoutMs?: number;
  readonly logs: LogStyle;
  readonly cors: Cors | undefined;
  readonly jwt: JwtSettings;
  /** The OpenAPI document of the routes, as JSON. */
  readonly document: string | undefined;
  readonly functions: readonly LambdaFunction[];
  readonly routes: readonly ApiRoute[];
}

/** What `npm start` tells the process that serves. */
export type HostCommand =
  | { readonly type: 'start'; readonly configuration: HostConfiguration }
  | { readonly type: 'put'; readonly function: LambdaFunction }
  | { readonly type: 'remove'; readonly functionName: string }
  | ({ readonly type: 'routes' } & Pick<HostConfiguration, 'routes' | 'cors' | 'document'>)
  | { readonly type: 'stop' };

/** What it hears. */
export type HostEvent =
  | { readonly type: 'listening'; readonly port: number; readonly lambdaPort: number }
  | { readonly type: 'failed'; readonly message: string };
