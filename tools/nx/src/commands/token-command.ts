import { readApiFile, UsageError } from '@nanoservices/model';
import { localIssuer } from '@nanoservices/runtime/tokens';
import { command } from '../command-line/command.ts';

export default command({
  name: 'token',
  summary: 'Print a token of the local issuer',
  options: {
    subject: {
      type: 'string',
      value: 'TEXT',
      description:
        'its claim "sub", or a name that becomes one in the form of the provider (default: that of "localCaller" in api.json)',
    },
    scope: {
      type: 'string',
      value: '"admin ..."',
      description: 'its scopes, separated by blanks (default: none)',
    },
    expires: { type: 'string', value: '12h', description: 'how long it is valid (default 12h)' },
  },
  details: `nanos start accepts it, unless api.json names another issuer ("jwt"). With "jwt": { "like": "cognito" }, or auth0,
entra, clerk, google, it has the claims of that provider.`,
  run: async ({ workspaceRoot, values }) => {
    const { localCaller, jwt } = readApiFile(workspaceRoot);
    const issuer = await localIssuer(workspaceRoot, jwt?.like);
    if (values.scope && !issuer.hasScopes) {
      throw new UsageError(
        `--scope: tokens of ${jwt?.like} have no scopes, and api.json says "like": "${jwt?.like}".`,
      );
    }
    const claims = { ...localCaller.claims, sub: values.subject ?? localCaller.subject };
    const scope = values.scope === undefined ? {} : { scope: values.scope };
    try {
      console.log(await issuer.issue({ ...claims, ...scope }, values.expires));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new UsageError(`--expires takes a duration, as 12h or 30 minutes; not "${values.expires}".`);
    }
    return 0;
  },
});
