import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { demoUserId } from '@nanoservices/database/demo-data';
import { localIssuer } from './local-issuer.ts';

/** `nx run workspace:token`: prints a token that `npm start` takes. */
const usage = `Usage: nx run workspace:token [--user ID] [--scope "admin ..."] [--expires 12h]

Prints a bearer token of the local issuer, for npm start. By default for the demo user, without a scope.`;

const workspaceRoot = fileURLToPath(new URL('../../../..', import.meta.url));

try {
  const { values } = parseArgs({
    options: {
      user: { type: 'string', default: demoUserId },
      scope: { type: 'string' },
      expires: { type: 'string', default: '12h' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) console.log(usage);
  else {
    const { issue } = await localIssuer(workspaceRoot);
    const claims = { sub: values.user, ...(values.scope !== undefined && { scope: values.scope }) };
    console.log(await issue(claims, values.expires));
  }
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`);
  process.exitCode = 2;
}
