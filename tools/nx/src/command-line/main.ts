import { UsageError } from '@nanoservices/model';
import { type Command, parseCommand, usageOf } from './command.ts';
import { commandNames, loadCommand, summaries } from './commands.ts';
import { loadEnvironment } from './environment.ts';
import { exitCodes, reportError } from './exit-codes.ts';
import { refuseStageVariables } from './stage-variables.ts';

/**
 * `nanos`: finds the command, parses its arguments, runs it, and tells of errors.
 *
 * @param workspaceRoot - absolute; undefined outside of a workspace
 * @param args - of the command line, without the program's name
 * @returns the exit code
 */
export async function main(workspaceRoot: string | undefined, args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(overview());
    return name === undefined ? exitCodes.usage : exitCodes.done;
  }
  if (!commandNames.includes(name)) {
    console.error(`There is no command "${name}".\n\n${overview()}`);
    return exitCodes.usage;
  }
  return runCommand(await loadCommand(name), workspaceRoot, rest);
}

/** Parses arguments, reads the workspace's .env files, and runs a command. @returns the exit code */
export async function runCommand(
  command: Command,
  workspaceRoot: string | undefined,
  args: readonly string[],
): Promise<number> {
  try {
    const request = parseCommand(command, args);
    if (!request) {
      console.log(usageOf(command));
      return exitCodes.done;
    }
    if (workspaceRoot === undefined) {
      throw new UsageError(
        'This is no workspace: neither this folder nor one above it has an nx.json. Go to one and try again.',
      );
    }
    await loadEnvironment(workspaceRoot);
    if ('stage' in command.options) await refuseStageVariables(workspaceRoot);
    return (await command.run({ workspaceRoot, ...request })) ?? exitCodes.done;
  } catch (error) {
    return reportError(error);
  }
}

function overview(): string {
  const width = Math.max(...commandNames.map((name) => name.length));
  return [
    'Usage: nanos <command> [options]',
    '',
    ...Object.entries(summaries).map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'nanos <command> --help tells its options. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 another deployment of the same is running.',
  ].join('\n');
}
