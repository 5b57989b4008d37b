import { styleText } from 'node:util';
import { demoUserId } from '@nanoservices/database/demo-data';
import type { HostConfiguration } from './host-messages.ts';

/**
 * What `npm start` shows when it is ready.
 *
 * @param token - of the demo user; undefined where tokens come from elsewhere
 */
export function startScreen(
  { functions, routes, host, port, lambdaPort, cors, jwt, document }: HostConfiguration,
  database: string,
  token: string | undefined,
): string {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const url = `http://${shown}:${port}`;
  const isolations = new Map(functions.map(({ functionName, isolation }) => [functionName, isolation]));
  const pathWidth = Math.max(...routes.map(({ path }) => path.length));
  const nameWidth = Math.max(...routes.map(({ functionName }) => functionName.length));
  const lines = routes
    .toSorted((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method))
    .map(({ method, path, functionName, access }) => {
      const isolation = isolations.get(functionName)?.padEnd(7) ?? styleText('red', 'unbuilt');
      const who = access === 'public' ? 'public' : access === 'user' ? 'user' : `scope ${access.scope}`;
      return `  ${styleText('bold', method.padEnd(6))} ${path.padEnd(pathWidth)}  ${functionName.padEnd(nameWidth)}  ${isolation}  ${styleText('dim', who)}`;
    });
  const open = host === '127.0.0.1' || host === '::1' || host === 'localhost';
  return [
    '',
    ...lines,
    '',
    `  ${styleText('bold', 'HTTP API')}  ${styleText('cyan', url)}${cors ? '  with CORS' : ''}`,
    ...(document ? [`  ${styleText('bold', 'Reference')} ${styleText('cyan', `${url}/docs`)}`] : []),
    `  ${styleText('bold', 'Lambda')}    ${styleText('cyan', `http://${shown}:${lambdaPort}`)}  ${styleText('dim', `aws lambda invoke --endpoint-url http://${shown}:${lambdaPort} …`)}`,
    `  ${styleText('bold', 'Database')}  ${database}`,
    '',
    ...(token === undefined
      ? [`  ${styleText('bold', 'Tokens')}    of ${jwt.issuer}`]
      : [
          '  As the demo user (other tokens: npx nx run workspace:token):',
          `  curl ${url}/users/${demoUserId} -H 'Authorization: Bearer ${token}'`,
        ]),
    ...(open
      ? []
      : [
          '',
          styleText('red', `  Whoever can reach ${host}:${lambdaPort} can run every function, as anybody.`),
        ]),
    '',
  ].join('\n');
}
