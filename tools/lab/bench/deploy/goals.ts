import { median } from 'simple-statistics';
import { ratios, type Values } from '../findings.ts';
import type { ContestantName } from './deploy-contestants.ts';

/** Seconds of each contestant in a scenario, one per round. */
export type Times = Readonly<Record<ContestantName | 'nx itself', Values>>;

export interface Goal {
  readonly name: string;
  readonly limit: number;
  readonly values: Values;
  readonly isMet: boolean;
}

/**
 * The goals of deployments: nano functions deploy as fast as a monolith does by `serverless deploy`, and never more slowly
 * than one Serverless service of the same functions.
 *
 * @param times - by scenario
 * @param isWithTime - true if AWS takes time
 */
export function goalsOf(times: Readonly<Record<string, Times>>, isWithTime: boolean): Goal[] {
  const limits = { 'first deployment': isWithTime ? 1.2 : 1.5, 'all changed': 1.2, 'one changed': 0.3 };
  const goals: Goal[] = [];
  for (const [scenario, of] of Object.entries(times)) {
    const ours = of['nano, ours'];
    const limit = limits[scenario as keyof typeof limits];
    if (limit !== undefined) {
      goals.push(goal(`${scenario}, to mono by Serverless`, limit, ratios(ours, of['mono, Serverless'])));
    } else {
      const more = ours.map((value, round) => value - (of['nx itself'][round] ?? Number.NaN));
      goals.push(goal(`${scenario}, s more than Nx itself`, 0.7, more));
    }
    goals.push(
      goal(`${scenario}, to one Serverless service`, 1, ratios(ours, of['nano, one Serverless service'])),
    );
  }
  return goals;
}

function goal(name: string, limit: number, values: Values): Goal {
  return { name, limit, values, isMet: median([...values]) <= limit };
}
