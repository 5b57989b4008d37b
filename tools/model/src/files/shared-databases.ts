import { isStagePattern, patternOf } from './stage-names.ts';

interface StageWithDatabase {
  readonly region: string;
  readonly databaseUrlParameter?: string | undefined;
}

/**
 * Refuses a `databaseUrlParameter` that removing another stage would delete, or that one of its functions would write. A stage owns
 * the parameters below `/<application>/<stage>`; functions have theirs below the one of the database. Each region has its own
 * parameters.
 *
 * @param refuse - called with the name of the stage and the reason
 */
export function refuseSharedDatabases(
  application: string,
  stages: Readonly<Record<string, StageWithDatabase>>,
  refuse: (stage: string, message: string) => void,
): void {
  const keys = Object.keys(stages);
  for (const [name, { region, databaseUrlParameter: parameter }] of Object.entries(stages)) {
    if (parameter === undefined || isStagePattern(name)) continue;
    const others = keys.filter((key) => key !== name && stages[key]?.region === region);
    const owner = ownerOf(parameter, application, others);
    if (owner !== undefined) {
      refuse(
        name,
        `is below the path of the stage "${owner}", whose removal would delete it. Give it another name`,
      );
      continue;
    }
    const sharing = others.find((key) => {
      const other = stages[key]?.databaseUrlParameter;
      return other !== undefined && (other === parameter || parameter.startsWith(`${other}/`));
    });
    if (sharing !== undefined) {
      refuse(
        name,
        `is the parameter of the stage "${sharing}", or below it, so removing one stage would take the database from the other. Give each its own`,
      );
    }
  }
}

/** Finds the stage to which a parameter belongs by its path. */
function ownerOf(parameter: string, application: string, keys: readonly string[]): string | undefined {
  const [, first, stage = ''] = parameter.split('/');
  if (first !== application) return undefined;
  return keys.includes(stage) ? stage : patternOf(stage, keys.filter(isStagePattern));
}
