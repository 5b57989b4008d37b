export { startApi } from './start/start-api.ts';
export type { Notice, ReportEvent, StartApiOptions, StartedApi } from './start/started-api.ts';
