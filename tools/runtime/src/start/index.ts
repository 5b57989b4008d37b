export { type BuiltTopology, buildTopology } from './build-topology.ts';
export { HostProcess } from './host-process.ts';
export type { LogStyle } from './log-printer.ts';
export { startScreen } from './start-screen.ts';
