import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmulatedStage } from '../../testbed/aws/emulated-stage.ts';
import { roundOf } from '../../testbed/turns.ts';
import { publish, ratios } from '../findings.ts';
import { deployPlainService, succeed, writePlainService } from './plain-service.ts';

/**
 * `nx run lab:bench-deployments`: wall time of deployments to an emulated AWS, ours compared with `serverless deploy` of one
 * service with every endpoint; each builds and packages what it needs. Options: `--rounds N` (default 3), each on a new AWS;
 * `--json`.
 *
 * The emulator creates a stack at once. CloudFormation takes half a minute and more, which ours mostly avoids.
 */
const at = process.argv.indexOf('--rounds');
const rounds = at === -1 ? 3 : Number(process.argv[at + 1]);
const listGames = 'functions/games/list-games/src/handler.ts';
const deploy = (...which: string[]) => [...which, '-t', 'deploy', '--stage', 'dev'];
const affected = deploy('affected', '--base', 'HEAD~1');
const everything = deploy('run-many');

/** The changes, and the commands that deploy them with ours. */
const scenarios: readonly { name: string; edits?: string; command: readonly string[] }[] = [
  { name: 'the first deployment of 13', command: everything },
  { name: 'a change of 1 of 13', edits: listGames, command: affected },
  {
    name: 'a change of 1 of 13, by name',
    edits: listGames,
    command: ['run', 'list-games:deploy', '--stage', 'dev'],
  },
  { name: 'a change of 13 of 13', edits: 'libs/endpoint/src/endpoint.ts', command: affected },
  { name: 'no change', command: everything },
];
const contestants = ['ours', 'serverless deploy'] as const;
const times = scenarios.map(() => contestants.map((name) => ({ name, values: [] as number[] })));

for (let round = 0; round < rounds; round++) {
  const stage = await EmulatedStage.open();
  try {
    await writePlainService(stage);
    for (const [index, { name, edits, command }] of scenarios.entries()) {
      for (const { contestant, index: place } of roundOf(contestants, round)) {
        // Each makes a separate change, so that neither finds built what the other has built.
        if (edits) stage.workspace.edit(edits, (text) => `${text}console.debug('${name} ${contestant}');\n`);
        else if (index === 0) rmSync(join(stage.workspace.root, '.nx'), { recursive: true, force: true });
        stage.workspace.commit(name);
        const startedAt = performance.now();
        await (contestant === 'ours' ? succeed(stage.nx(...command)) : deployPlainService(stage));
        const tookS = (performance.now() - startedAt) / 1000;
        times[index]?.[place]?.values.push(tookS);
        console.error(`round ${round + 1}, ${name}: ${contestant} ${tookS.toFixed(1)} s`);
      }
    }
  } finally {
    await stage.close();
  }
}
const rows = scenarios.map(({ name }, index) => {
  const [ours = [], serverless = []] = times[index]?.map(({ values }) => values) ?? [];
  return [name, { 'serverless deploy, s': serverless, 'ours, s': ours, ratio: ratios(ours, serverless) }];
});
publish({
  name: 'deployments',
  title: 'Deploying, with builds, to an emulator that makes a stack at once',
  rows: Object.fromEntries(rows),
});
