import type { PackedFunction } from '@nanoservices/model';
import { Failed } from '../errors.ts';
import { functionStacks } from '../operate/deployed-stage.ts';
import { readArtifact } from '../packaging/artifact.ts';
import { readTemplates } from '../packaging/template-files.ts';
import { functionName } from '../stacks/names.ts';
import { type Decision, isWanted } from './decide.ts';
import { deployFunction, type FunctionResult } from './deploy-function.ts';
import { tightenRole } from './function-stack.ts';
import type { Task } from './run-tasks.ts';
import type { Target } from './target.ts';
import { widenedRole } from './widen-role.ts';

/** The place of a deployment that all its tasks share. */
type Place = Omit<Target, 'templateOf' | 'calleesLive'>;

/**
 * A task for each function. All run at once, up to the moment at which a new version goes live: it waits for the functions that it
 * calls.
 *
 * @param calleesFirst - the functions, in an order in which callees come before their callers
 */
export function functionTasks(place: Place, calleesFirst: readonly PackedFunction[]): Task<FunctionResult>[] {
  const templateOf = templatesOf(place, calleesFirst);
  const ends = new Map<string, Promise<boolean>>();
  return calleesFirst.map((packed) => {
    const end = Promise.withResolvers<boolean>();
    // In a cycle of calls, the first function waits for nobody.
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
 * Tasks that take from the roles of functions what only their former versions needed, one for each role that has more. Each looks under
 * the function's lease if the wanted version is live, and gets all requests.
 *
 * @param current - functions whose live version was the wanted one a moment ago
 */
export async function rightsTasks(
  place: Place,
  current: readonly PackedFunction[],
): Promise<Task<Decision>[]> {
  if (current.length === 0) return [];
  const { workspaceRoot, stage, stacks, functions, leases } = place;
  const deployed = await functionStacks(stacks, stage);
  const wide = current.filter(({ name }) => deployed.get(name)?.outputs[widenedRole] !== undefined);
  const templateOf = templatesOf(place, wide);
  return wide.map((packed) => ({
    name: `rights of ${packed.name}`,
    run: (say) =>
      leases.hold(packed.name, async (assertHeld): Promise<Decision> => {
        const artifact = readArtifact(workspaceRoot, stage, packed);
        const fullName = functionName(stage, packed.name);
        const alias = await functions.readLive(fullName);
        const live = alias && (await functions.read(fullName, alias.version));
        if (!isWanted(artifact, live) || alias?.isWeighted) {
          return { action: 'skip', reason: 'another version is live by now, and may need them' };
        }
        await tightenRole({ ...place, templateOf }, packed, artifact, { assertHeld, report: say });
        return { action: 'full', reason: 'those of former versions are taken away' };
      }),
  }));
}

/** The templates of functions, which are read when the first of them is needed. */
function templatesOf(
  { workspaceRoot, stage }: Pick<Place, 'workspaceRoot' | 'stage'>,
  functions: readonly PackedFunction[],
): Target['templateOf'] {
  let templates: ReturnType<typeof readTemplates> | undefined;
  return async ({ name }) => {
    templates ??= readTemplates(workspaceRoot, stage, functions);
    const template = (await templates).get(name);
    if (!template) throw new Error(`There is no template of ${name}.`);
    return template;
  };
}
