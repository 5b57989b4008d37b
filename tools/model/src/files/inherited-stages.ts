import type * as z from 'zod';
import { refuseSharedDatabases } from './shared-databases.ts';
import { findOverlap, isStagePattern } from './stage-names.ts';

/**
 * Keys that name something of one stage alone. A preview does not inherit them: its database and its rights are its own, and a domain
 * leads to one API.
 */
const ownKeys = ['databaseUrlParameter', 'permissionsBoundary', 'domain'];

/** Adds the keys that stages inherit to the content of stages.json, which is not checked yet. */
export function withInherited(content: unknown): unknown {
  if (!isObject(content) || !isObject(content.stages)) return content;
  const { stages } = content;
  const inheriting = Object.entries(stages).map(([name, stage]) => {
    const parent = isObject(stage) && typeof stage.inherits === 'string' ? stages[stage.inherits] : undefined;
    if (!isObject(stage) || !isObject(parent)) return [name, stage];
    const inherited = Object.entries(parent).filter(([key]) => !ownKeys.includes(key));
    return [name, { ...Object.fromEntries(inherited), ...stage }];
  });
  return { ...content, stages: Object.fromEntries(inheriting) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The keys of a stage that this file checks. */
interface Checked {
  readonly region: string;
  readonly inherits?: string | undefined;
  readonly ttlHours?: number | undefined;
  readonly databaseUrlParameter?: string | undefined;
  readonly domain?: unknown;
}

/**
 * Checks that stages inherit from one that there is, and that no stage's names could be those of another: stacks, functions, and
 * parameters of databases.
 */
export function checkStages({
  value: { application, stages },
  issues,
}: z.core.ParsePayload<{ application: string; stages: Record<string, Checked> }>): void {
  const refuse = (path: readonly string[], message: string) =>
    issues.push({ code: 'custom', path: ['stages', ...path], message, input: stages });
  const names = Object.keys(stages);
  const overlap = findOverlap(names);
  if (overlap) {
    refuse(
      [overlap.inner],
      `begins as the names of "${overlap.outer}" do, so functions on AWS could be of either. Rename one`,
    );
  }
  refuseSharedDatabases(application, stages, (name, message) =>
    refuse([name, 'databaseUrlParameter'], message),
  );
  for (const [name, stage] of Object.entries(stages)) {
    if (!isStagePattern(name)) {
      for (const key of ['inherits', 'ttlHours'] as const) {
        if (stage[key] !== undefined) refuse([name, key], 'is for previews, with a key such as "pr-*"');
      }
      continue;
    }
    const parents = names.filter((one) => !isStagePattern(one));
    if (stage.inherits !== undefined && !parents.includes(stage.inherits)) {
      refuse(
        [name, 'inherits'],
        `there is no stage "${stage.inherits}". There are: ${parents.join(', ') || 'none'}`,
      );
    }
    if (stage.databaseUrlParameter !== undefined) {
      refuse([name, 'databaseUrlParameter'], 'would be one database for all previews: leave it out');
    }
    if (stage.domain !== undefined) {
      refuse([name, 'domain'], 'would be one domain for all previews: leave it out');
    }
  }
}
