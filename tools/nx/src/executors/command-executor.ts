import type { ExecutorContext } from '@nx/devkit';
import type { Command } from '../command-line/command.ts';
import { loadCommand } from '../command-line/commands.ts';
import { runCommand } from '../command-line/main.ts';
import { oldNodeAdvice } from '../command-line/node-version.ts';

/** Options as Nx gives them: those of the target's configuration, and of the command line also as they were typed. */
export interface CommandOptions {
  /** The names before all options: fixed by the target. */
  readonly names?: readonly string[];
  /** The arguments as they were typed. */
  readonly __unparsed__?: readonly string[];
  readonly [option: string]: unknown;
}

/**
 * The executor of a command: `nx run <project>:<target>` runs `nanos <command>` with the same arguments. No shell is in
 * between, so an argument arrives as it was typed.
 */
export function commandExecutor(name: string) {
  return async (options: CommandOptions, context: ExecutorContext): Promise<{ success: boolean }> => {
    const advice = oldNodeAdvice();
    if (advice) {
      console.error(advice);
      return { success: false };
    }
    const command = await loadCommand(name);
    const code = await runCommand(command, context.root, argumentsOf(command, options));
    return { success: code === 0 };
  };
}

/** The arguments of a command. An option that was typed replaces that of the target's configuration. */
export function argumentsOf(
  { options: known }: Pick<Command, 'options'>,
  { names = [], __unparsed__: typed = [], ...configured }: CommandOptions,
): string[] {
  const isTyped = (option: string) =>
    typed.some((arg) => [`--${option}`, `--no-${option}`].includes(dashed(arg.split('=')[0] as string)));
  const fixed = Object.entries(configured).flatMap(([key, value]) => {
    const option = dashed(key);
    if (!(option in known) || value === undefined || isTyped(option)) return [];
    if (typeof value === 'boolean') return [value ? `--${option}` : `--no-${option}`];
    return [value].flat().map((one) => `--${option}=${one}`);
  });
  // The help of Nx shows --dryRun for --dry-run.
  return [...names, ...fixed, ...typed.map((arg) => arg.replace(/^--[a-zA-Z]+/, dashed))];
}

/** dryRun -> dry-run */
function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
