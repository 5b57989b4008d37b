import { styleText } from 'node:util';
import { scopesOf } from '@nanoservices/endpoint';
import { smokeEvent } from '@nanoservices/endpoint/smoke';
import { type Route, routeKey, wantsToken } from '@nanoservices/model';
import { decodeClaims } from '../gateway/authorizer.ts';
import { isLoopback } from '../gateway/is-loopback.ts';
import type { StartedApi } from './started-api.ts';

/** Makes the text that greets a person: routes, addresses, and commands to try them. */
export function startScreen(api: StartedApi): string {
  const { application, url, lambdaUrl, host, hasCors, referenceUrl, database } = api;
  return [
    '',
    ...routeLines(api),
    '',
    entry('HTTP API', `${address(url)}${hasCors ? '  with CORS' : ''}`),
    ...(referenceUrl === undefined ? [] : [entry('Reference', address(referenceUrl))]),
    entry('Lambda', address(lambdaUrl)),
    ...invokeLines(api),
    entry('Database', database),
    entry('Topology', `${application.topology}: ${functionCounts(api)}`),
    '',
    ...tokenLines(api),
    ...(isLoopback(host) ? [] : ['', warning(`${host}:${new URL(url).port}`)]),
    '',
  ].join('\n');
}

function entry(title: string, text: string): string {
  return `  ${styleText('bold', title)}${' '.repeat(11 - title.length)}${text}`;
}

function address(url: string): string {
  return styleText('cyan', url);
}

function sorted({ application }: StartedApi): Route[] {
  return application.routes.toSorted(
    (a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method),
  );
}

function routeLines(api: StartedApi): string[] {
  const routes = sorted(api);
  const pathWidth = Math.max(...routes.map(({ path }) => path.length));
  const methodWidth = Math.max(6, ...routes.map(({ method }) => method.length));
  const nameWidth = Math.max(...routes.map((route) => route.function.length));
  return routes.map(({ method, path, function: name, access }) => {
    const isolation = api.isolationOf(name)?.padEnd(7) ?? styleText('red', 'unbuilt');
    const who = typeof access === 'object' ? `scope ${access.scope}` : (access ?? 'unchecked');
    return `  ${styleText('bold', method.padEnd(methodWidth))} ${path.padEnd(pathWidth)}  ${name.padEnd(nameWidth)}  ${isolation}  ${styleText('dim', who)}`;
  });
}

/** @returns the isolations of all functions: `3 functions in processes, 1 in a thread` */
function functionCounts({ application, isolationOf }: StartedApi): string {
  const names = new Set(application.routes.map((route) => route.function));
  const counts = new Map<string, number>();
  for (const name of names) {
    const isolation = isolationOf(name) ?? 'unbuilt';
    counts.set(isolation, (counts.get(isolation) ?? 0) + 1);
  }
  return ['process', 'thread', 'unbuilt']
    .flatMap((isolation) => {
      const count = counts.get(isolation);
      return count === undefined ? [] : [{ isolation, count }];
    })
    .map(({ isolation, count }, index) => {
      const functions = index > 0 ? '' : count === 1 ? ' function' : ' functions';
      return `${count}${functions} ${places[isolation]?.[count === 1 ? 0 : 1]}`;
    })
    .join(', ');
}

const places: Readonly<Record<string, readonly [one: string, many: string]>> = {
  process: ['in a process', 'in processes'],
  thread: ['in a thread', 'in threads'],
  unbuilt: ['unbuilt', 'unbuilt'],
};

/**
 * A command that pings a function: its handler does not run. It needs no configuration of the AWS CLI. Versions 1 and 2 take a
 * payload on the command line in different forms, and one from a file in the same.
 */
function invokeLines(api: StartedApi): string[] {
  const route = sorted(api).find((one) => !api.unbuilt.includes(one.function));
  if (!route) return [];
  const event = JSON.stringify(smokeEvent(routeKey(route)));
  const variables = `AWS_ACCESS_KEY_ID=${api.accessKey} AWS_SECRET_ACCESS_KEY=${api.accessKey}`;
  const file = '/tmp/response.json';
  const place = `--region us-east-1 --endpoint-url ${inShell(api.lambdaUrl)}`;
  const command = `aws lambda invoke ${place} --function-name ${route.function} --payload fileb:///dev/stdin ${file}`;
  return [styleText('dim', `  echo '${event}' | ${variables} ${command} && cat ${file}`)];
}

/** @returns an address of IPv6 in quotes, since zsh takes its brackets for a pattern */
function inShell(url: string): string {
  return url.includes('[') ? `'${url}'` : url;
}

function tokenLines(api: StartedApi): string[] {
  const { token, issuer, url } = api;
  if (token === undefined) return [entry('Tokens', `from ${issuer}`)];
  const header = `Authorization: Bearer ${token}`;
  const route = sorted(api).find((one) => isTried(one, token));
  const others = 'other tokens: npx nanos token';
  if (!route) return [`  For requests of the local caller (${others}):`, `  ${header}`];
  return [`  As the local caller (${others}):`, `  curl ${inShell(url + route.path)} -H '${header}'`];
}

/** @returns true when a request needs nothing but this token */
function isTried({ method, path, access }: Route, token: string): boolean {
  if (method !== 'GET' || path.includes('{') || !wantsToken(access)) return false;
  return access === 'user' || scopesOf(decodeClaims(token) ?? {}).includes(access.scope);
}

function warning(address: string): string {
  return styleText(
    'red',
    `  Everyone who reaches ${address} can use the HTTP API. The Lambda API is on loopback.`,
  );
}
