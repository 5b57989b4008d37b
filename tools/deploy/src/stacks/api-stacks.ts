import { type PackedApplication, type Stage, UsageError } from '@nanoservices/model';
import { type PlannedApi, planApis } from './api-plan.ts';
import { apiService } from './api-service.ts';
import { checkTemplate } from './budgets.ts';
import { apiPart } from './names.ts';
import type { Service } from './service.ts';

/** The stack of an HTTP API. */
export interface ApiStack extends PlannedApi {
  /** The part of the stage: `api` has the domain, and the routes that no other has. */
  readonly part: string;
  readonly service: Service;
}

/**
 * The stacks of a stage's HTTP APIs: `api` first, and one for each resource if they are too many for one API.
 *
 * @throws UsageError when there is no route, since all endpoints want tokens and the stage has no issuer; when the routes do not fit
 * into the APIs that the stage can have; and when a stack would be too large
 */
export function apiStacks(stage: Stage, { routes }: Pick<PackedApplication, 'routes'>): readonly ApiStack[] {
  if (routes.length === 0) {
    throw new UsageError(
      `${stage.file}: stage "${stage.name}" has no "jwt", and no endpoint is public. Say who issues the tokens: "jwt": { "issuer": "https://...", "audience": ["..."] }`,
    );
  }
  const planned = planApis(stage, routes);
  const first = planned.find(({ basePath }) => basePath === '') ?? { basePath: '', routes: [] };
  return [first, ...planned.filter((one) => one !== first)].map((api) => {
    const part = apiPart(api.basePath);
    const service = apiService(stage, api);
    checkTemplate(stage, part, (service.resources as { Resources: Record<string, unknown> }).Resources);
    return { ...api, part, service };
  });
}
