import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../../testbed/python-environment.ts';

/** The permissions that cfn-lint lists for resource types. */
export interface ResourceActions {
  /** The actions of CloudFormation for each resource type, by handler: `create`, `read`, ... */
  readonly handlers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** All actions that IAM has, in small letters: the schemas of resources name some that it does not have. */
  readonly known: ReadonlySet<string>;
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** It comes with the emulator, which uses it. */
const programs = () => pythonEnvironment('emulator', file('../../testbed/aws/requirements.txt'));

export function resourceActions(types: readonly string[]): ResourceActions {
  const args = [file('resource-actions.py'), ...types];
  const text = execFileSync(join(programs(), 'python'), args, { encoding: 'utf8', maxBuffer: 1e8 });
  const { handlers, known } = JSON.parse(text);
  return { handlers, known: new Set(known) };
}

/** Checks a template. @returns all findings, down to remarks */
export function cfnLint(template: string, region: string): string {
  const args = ['--include-checks', 'I', '--regions', region, '--template', template];
  const { stdout, stderr } = spawnSync(join(programs(), 'cfn-lint'), args, { encoding: 'utf8' });
  return stdout + stderr;
}

/** Reads a template in YAML. */
export function readTemplate(path: string): unknown {
  const program = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))';
  return JSON.parse(execFileSync(join(programs(), 'python'), ['-c', program, path], { encoding: 'utf8' }));
}
