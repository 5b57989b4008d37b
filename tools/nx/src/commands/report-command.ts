import { reportOptions, runReport } from '@nanoservices/report/architectures';
import { command } from '../command-line/command.ts';

export default command({
  name: 'report',
  summary: 'Measure the topologies and write a report',
  options: reportOptions,
  details:
    'It works on a copy of the workspace, with its own embedded PostgreSQL, and sends GET requests only.',
  run: ({ workspaceRoot, values }) => runReport(workspaceRoot, values),
});
