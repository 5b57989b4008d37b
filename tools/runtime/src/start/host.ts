/**
 * The serving process: gateway, Lambda API and environments. It is a child of the process that builds, so that builds do not
 * slow requests down, and a native crash in a thread does not end the parent.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { environmentStarter } from '../environment/start-environment.ts';
import { Gateway } from '../gateway/gateway.ts';
import { ownHost } from '../gateway/host-header.ts';
import { loopbackOf } from '../gateway/is-loopback.ts';
import { lambdaApiVariables } from '../lambda/access-key.ts';
import { Lambda } from '../lambda/lambda.ts';
import { lambdaService } from '../lambda/lambda-service.ts';
import { tokenVerifier } from '../tokens/token-verifier.ts';
import type { HostCommand, HostConfiguration, HostEvent } from './host-messages.ts';
import { LineBuffer } from './line-buffer.ts';
import { logPrinter } from './log-printer.ts';
import { urlOf } from './url-of.ts';

/** Timeout of running requests after the command to stop. */
const drainMs = 30_000;

interface Running {
  readonly gateway: Gateway;
  readonly lambda: Lambda;
  readonly api: Server;
  /** Adds or replaces a function, which finds the Lambda API by its variables. */
  readonly put: (configuration: FunctionConfiguration) => void;
}

let running: Running | undefined;
const lines = new LineBuffer();

process.on('message', (command: HostCommand) => {
  obey(command).catch((error: Error) => tell({ type: 'failed', message: error.message }));
});
// The parent was killed.
process.on('disconnect', async () => {
  await running?.lambda.stop();
  process.exit(1);
});
// Terminals send these to the whole group; the parent decides about them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// A closed terminal must not fail a request.
process.stdout.on('error', () => {});

async function obey(command: HostCommand): Promise<void> {
  if (command.type === 'start') running = await start(command.configuration);
  if (!running) return;
  const { gateway, lambda } = running;
  if (command.type === 'put') running.put(command.function);
  else if (command.type === 'remove') await lambda.remove(command.functionName);
  else if (command.type === 'routes') gateway.configure(command);
  else if (command.type === 'stop') await stop(running);
}

async function start(configuration: HostConfiguration): Promise<Running> {
  const { logs, concurrency, idleTimeoutMs, initTimeoutMs, functions, jwt } = configuration;
  const { host, hostNames, accessKey } = configuration;
  const print = logPrinter(logs, (line) => lines.add(line));
  const lambda = new Lambda({
    startEnvironment: await environmentStarter(),
    log: ({ functionName }, entry) => {
      print.entry(functionName, entry);
      if (configuration.reports && entry.type === 'report') tell({ ...entry, functionName });
      // The function may crash the process next.
      if (entry.type === 'function') lines.flush();
    },
    wentBack: (name) =>
      lines.add(`${name}: the new version fails when it is loaded. The version before goes on serving.`),
    concurrency,
    idleTimeoutMs,
    initTimeoutMs,
  });
  const gateway = new Gateway({
    lambda,
    log: print.request,
    verifyToken: tokenVerifier(jwt),
    isOwnHost: ownHost(host, hostNames),
  });
  gateway.configure(configuration);
  const warn = (message: string) => lines.add(message);
  const api = lambdaService(lambda, { accessKey, warn, invoked: print.invoked });
  const port = await listen(gateway.server, configuration.port, host, '--port');
  const lambdaHost = loopbackOf(host);
  const lambdaPort = await listen(api, configuration.lambdaPort, lambdaHost, '--lambda-port');
  const variablesOf = ({ environment }: FunctionConfiguration) =>
    lambdaApiVariables(urlOf(lambdaHost, lambdaPort), accessKey, environment);
  const put = (one: FunctionConfiguration) =>
    lambda.put({ ...one, environment: { ...one.environment, ...variablesOf(one) } });
  functions.forEach(put);
  tell({ type: 'listening', port, lambdaPort });
  return { gateway, lambda, api, put };
}

async function listen(server: Server, port: number, host: string, flag: string): Promise<number> {
  server.listen({ port, host });
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      EADDRINUSE: `Port ${port} is taken. Stop what uses it, or choose another: ${flag} ${port + 10}`,
      EACCES: `Port ${port} needs privileges. Choose another: ${flag} 3000`,
      EADDRNOTAVAIL: `${host} is no address of this machine. Choose another: --host 127.0.0.1`,
    };
    throw new Error(reasons[code ?? ''] ?? message);
  }
  return (server.address() as AddressInfo).port;
}

/** Refuses new requests, waits for running ones, and ends all environments. */
async function stop({ gateway, lambda, api }: Running): Promise<void> {
  const { server } = gateway;
  // Keep-alive connections become idle one by one.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const closed = new Promise((resolve) => server.close(resolve));
  const late = new Promise((resolve) => setTimeout(resolve, drainMs));
  // Functions may call each other until the last has answered, so the Lambda API is closed last.
  await Promise.race([Promise.all([closed, lambda.drain()]), late]);
  clearInterval(idle);
  await lambda.stop();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
  lines.flush();
  process.exit(0);
}

function tell(event: HostEvent): void {
  process.send?.(event);
}
