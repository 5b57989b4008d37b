export { contrastProblems } from './contrast.ts';
export { sampleReport } from './sample-report.ts';
