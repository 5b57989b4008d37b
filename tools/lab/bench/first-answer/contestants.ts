import { join } from 'node:path';
import { CreatedWorkspace } from '../../proofs/own-workspace/created-workspace.ts';
import type { Person } from '../../proofs/own-workspace/person.ts';

/** A framework, with the steps of its guide from an empty folder to the first answer of a local API. */
export interface Contestant {
  readonly name: string;
  /** Makes the workspace in an empty folder, absolute. @returns where its commands run */
  create(folder: string): Promise<string>;
  /** The command that serves, and the URL that it answers. */
  serve(port: number): { readonly command: readonly [string, ...string[]]; readonly url: string };
}

type Environment = Readonly<Record<string, string>>;

/** @param environment - variables of all commands: the registry, and a home */
export function contestantsWith(person: Person, environment: Environment): readonly Contestant[] {
  const commandsIn = (folder: string) => {
    const workspace = new CreatedWorkspace(folder, environment);
    return (line: string) => workspace.run('sh', '-c', line);
  };
  const writeJson = (folder: string, file: string, content: object) =>
    person.write(join(folder, file), `${JSON.stringify(content, null, 2)}\n`);
  return [
    {
      name: 'npm create nanoservices',
      create: async (folder) => {
        await commandsIn(folder)('npm create --yes nanoservices@latest shop -- --yes');
        return join(folder, 'shop');
      },
      serve: (port) => ({
        command: ['npm', 'start', '--', '--port', `${port}`, '--lambda-port', '0'],
        url: `http://127.0.0.1:${port}/greetings/Ada`,
      }),
    },
    {
      name: "AWS's Nx plugin, a tRPC API",
      // create-nx-workspace of the version that the plugin wants asks Nx Cloud, so its steps are taken one by one.
      create: async (folder) => {
        const run = commandsIn(folder);
        writeJson(folder, 'package.json', {
          name: 'shop',
          version: '0.0.0',
          private: true,
          workspaces: ['packages/*'],
          devDependencies: {
            nx: '22.1.3',
            '@nx/js': '22.1.3',
            '@nx/workspace': '22.1.3',
            '@aws/nx-plugin': '0.64.1',
          },
        });
        writeJson(folder, 'nx.json', {});
        await run('git init --quiet && npm install');
        await run('npx nx g @aws/nx-plugin:preset --iacProvider=CDK --no-interactive');
        await run('npx nx g @aws/nx-plugin:ts#trpc-api --name=greetings --auth=None --no-interactive');
        return folder;
      },
      serve: () => ({
        command: ['npx', 'nx', 'serve', 'greetings'],
        url: `http://localhost:2022/echo?input=${encodeURIComponent('{"message":"Ada"}')}`,
      }),
    },
    {
      name: 'Serverless with serverless-offline',
      create: async (folder) => {
        person.folder(join(folder, 'src'));
        person.write(join(folder, 'src/get-greeting.mjs'), greeting);
        person.write(join(folder, 'serverless.yml'), service);
        writeJson(folder, 'package.json', { name: 'shop', version: '0.0.0', private: true });
        await commandsIn(folder)(
          'npm install --save-dev serverless@npm:osls@4.3.1 serverless-offline@14.8.2',
        );
        return folder;
      },
      serve: (port) => ({
        command: ['npx', 'serverless', 'offline', '--httpPort', `${port}`, '--lambdaPort', `${port + 1}`],
        url: `http://localhost:${port}/greetings/Ada`,
      }),
    },
  ];
}

const greeting = `export const handler = async ({ pathParameters }) => ({
  statusCode: 200,
  body: JSON.stringify({ message: \`Hello, \${pathParameters.name}!\` }),
});
`;
const service = `service: shop
provider: { name: aws, runtime: nodejs24.x }
plugins: [serverless-offline]
functions:
  get-greeting:
    handler: src/get-greeting.handler
    events: [{ httpApi: 'GET /greetings/{name}' }]
`;
