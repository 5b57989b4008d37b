import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../../testbed/python-environment.ts';

/** The end of a program. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The unmodified AWS CLI, against one Lambda API. */
export class AwsCli {
  readonly #programs: string;
  readonly #home: string;
  readonly #endpoint: string;
  readonly #accessKey: string;

  /**
   * Installs the CLI, the first time.
   *
   * @param home - a folder without configuration of the CLI
   * @throws Error when there is no Python 3, or it cannot be installed
   */
  constructor(home: string, endpoint: string, accessKey: string) {
    const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
    this.#programs = pythonEnvironment('aws-cli', requirements);
    this.#home = home;
    this.#endpoint = endpoint;
    this.#accessKey = accessKey;
  }

  /** Runs `aws lambda`. */
  lambda(...args: string[]): Promise<Ended> {
    const place = ['--endpoint-url', this.#endpoint, '--region', 'eu-central-1', '--output', 'json'];
    return this.#run(join(this.#programs, 'aws'), ['lambda', ...args, ...place], {
      AWS_ACCESS_KEY_ID: this.#accessKey,
      AWS_SECRET_ACCESS_KEY: this.#accessKey,
    });
  }

  /** Runs a command line in a shell that knows nothing of AWS but where the CLI is. */
  shell(command: string): Promise<Ended> {
    return this.#run('sh', ['-c', command], {});
  }

  #run(program: string, args: string[], env: Record<string, string>): Promise<Ended> {
    const PATH = `${this.#programs}:${process.env.PATH}`;
    const options = { cwd: this.#home, env: { PATH, HOME: this.#home, ...env } };
    return new Promise((resolve) => {
      execFile(program, args, options, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });
  }
}
