import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The texts of a stage on AWS, as a version of `deploy` left them. */
export interface Recording {
  /** Configurations by function and version; the alias `live` leads to one. */
  readonly functions: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly aliases: Readonly<Record<string, Json>>;
  readonly parameters: Readonly<Record<string, string>>;
  /** Objects of the deployment bucket. */
  readonly objects: Readonly<Record<string, string>>;
  /** Tags by stack. */
  readonly stacks: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Json = Readonly<Record<string, unknown>>;
type Answer = readonly [status: number, body: string];

const missing: Answer = [404, '{"__type":"ResourceNotFoundException","message":"not found"}'];

/** A server that answers the questions of `deploy` about a stage from a recording. It changes nothing. */
export class RecordedStage implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async serve(recording: Recording): Promise<RecordedStage> {
    const server = createServer(async (request, response) => {
      const [status, body] = answer(recording, request, await text(request));
      response.writeHead(status, { etag: '"1"', 'x-amzn-errortype': 'ResourceNotFoundException' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RecordedStage(server);
  }

  /** The environment of clients that ask this server instead of AWS. */
  get environment(): Readonly<Record<string, string>> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'recorded',
      AWS_SECRET_ACCESS_KEY: 'recorded',
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function answer(recording: Recording, { method, url = '', headers }: IncomingMessage, body: string): Answer {
  const { pathname, searchParams } = new URL(url, 'http://aws');
  const [, name = '', isAlias] = /^\/2015-03-31\/functions\/([^/]+)(\/aliases\/live)?$/.exec(pathname) ?? [];
  if (name) return isAlias ? json(recording.aliases[name]) : json(functionIn(recording, name, searchParams));
  if (headers['x-amz-target'] === 'AmazonSSM.GetParameter') {
    const { Name } = JSON.parse(body);
    return json({ Parameter: { Name, Value: recording.parameters[Name] } });
  }
  const stack = new URLSearchParams(body).get('StackName');
  if (stack) return [200, stackXml(stack, recording.stacks[stack] ?? {})];
  // A lease that exists cannot be created.
  if (method === 'PUT') return [412, '<Error><Code>PreconditionFailed</Code></Error>'];
  return [200, recording.objects[pathname.split('/').slice(2).join('/')] ?? ''];
}

function functionIn(
  { functions, aliases }: Recording,
  name: string,
  query: URLSearchParams,
): Json | undefined {
  const version = query.has('Qualifier') ? `${aliases[name]?.FunctionVersion}` : '$LATEST';
  const Configuration = functions[name]?.[version];
  return Configuration && { Configuration };
}

function json(value: Json | undefined): Answer {
  return value ? [200, JSON.stringify(value)] : missing;
}

function stackXml(name: string, tags: Readonly<Record<string, string>>): string {
  const members = Object.entries(tags).map(
    ([key, value]) => `<member><Key>${key}</Key><Value>${value}</Value></member>`,
  );
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><Tags>${members.join('')}</Tags></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}
