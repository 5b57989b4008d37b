export { type BuiltTopology, buildTopology } from './build-topology.ts';
export { HostProcess } from './host-process.ts';
export type { LogStyle } from './log-printer.ts';
export { startApi } from './start-api.ts';
export { startScreen } from './start-screen.ts';
export type { Notice, ReportEvent, StartApiOptions, StartedApi } from './started-api.ts';
