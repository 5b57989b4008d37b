import type { PackedFunction } from '@nanoservices/model';
import { Failed } from '../errors.ts';
import { functionStacks } from '../operate/deployed-stage.ts';
import { readTemplates } from '../packaging/template-files.ts';
import type { Decision } from './decide.ts';
import { deployFunction, type FunctionResult } from './deploy-function.ts';
import { tightenRole } from './function-stack.ts';
import type { Task } from './run-tasks.ts';
import type { Target } from './target.ts';
import { widenedRole } from './widen-role.ts';

/** What the tasks of a deployment share, before there are tasks. */
type Place = Omit<Target, 'templateOf' | 'calleesLive'>;

/**
 * A task for each function. All run at once, up to the moment at which a new version goes live: it waits for the functions that it
 * calls.
 *
 * @param calleesFirst - the functions, in an order in which callees come before their callers
 */
export function functionTasks(place: Place, calleesFirst: readonly PackedFunction[]): Task<FunctionResult>[] {
  const { workspaceRoot, stage } = place;
  let templates: ReturnType<typeof readTemplates> | undefined;
  const templateOf = async ({ name }: PackedFunction) => {
    templates ??= readTemplates(workspaceRoot, stage, calleesFirst);
    const template = (await templates).get(name);
    if (!template) throw new Error(`There is no template of ${name}.`);
    return template;
  };
  const ends = new Map<string, Promise<boolean>>();
  return calleesFirst.map((packed) => {
    const end = Promise.withResolvers<boolean>();
    // Of functions that call each other, one is first.
    const before = packed.calls.flatMap((call) => {
      const callee = ends.get(call.function);
      return callee ? [{ name: call.function, isLive: callee }] : [];
    });
    ends.set(packed.name, end.promise);
    const calleesLive = async () => {
      for (const { name, isLive } of before) {
        if (await isLive) continue;
        throw new Failed(`${packed.name} calls ${name}, which failed: its new version does not go live.`);
      }
    };
    return {
      name: packed.name,
      run: async (say) => {
        try {
          const result = await deployFunction({ ...place, templateOf, calleesLive }, packed, say);
          end.resolve(true);
          return result;
        } catch (error) {
          end.resolve(false);
          throw error;
        }
      },
    };
  });
}

/**
 * A task that takes from the roles of functions what only their former versions needed; none where all roles are tight.
 *
 * @param current - functions whose live version has the wanted configuration
 */
export async function rightsTasks(
  place: Place,
  current: readonly PackedFunction[],
): Promise<Task<Decision>[]> {
  if (current.length === 0) return [];
  const { stage, stacks, leases } = place;
  const deployed = await functionStacks(stacks, stage);
  const wide = current.filter(({ name }) => deployed.get(name)?.outputs[widenedRole] !== undefined);
  if (wide.length === 0) return [];
  const run = async (say: (step: string) => void): Promise<Decision> => {
    await Promise.all(
      wide.map((packed) =>
        leases.hold(packed.name, (assertHeld) =>
          tightenRole(place, packed, { assertHeld, report: (step) => say(`${packed.name}: ${step}`) }),
        ),
      ),
    );
    return {
      action: 'full',
      reason: `those of former versions taken from ${wide.map(({ name }) => name).join(', ')}`,
    };
  };
  return [{ name: 'rights', run }];
}
