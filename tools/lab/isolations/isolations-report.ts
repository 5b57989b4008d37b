import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { Report } from '@nanoservices/report';
import { communicationSection } from './communication/communication-section.ts';
import { cpuSection } from './cpu-overhead/cpu-section.ts';
import { crashSection } from './crash-resilience/crash-section.ts';
import { developmentSection } from './development/development-section.ts';
import type { MeasuredIsolations } from './measure-isolations.ts';
import { memorySection } from './memory-overhead/memory-section.ts';
import { usageSection } from './memory-usage/usage-section.ts';
import { decidingFigures, verdict } from './verdict.ts';

/** The report of what was measured. */
export function isolationsReport(
  measured: MeasuredIsolations,
  { quick, rounds }: { readonly quick: boolean; readonly rounds: number },
): Report {
  const { memory, usage } = measured;
  return {
    name: 'isolations',
    title: 'Process or thread',
    summary: [
      'This report compares functions in a process each, in a thread each, fused with others, and without isolation, on six attributes. Everything was measured on the local Lambda; on AWS every environment is isolated from all others, however functions run here.',
      ...verdict(decidingFigures(measured)),
      ...(memory ? [] : ['Memory is missing: only Linux shows how much of it processes share.']),
      ...(quick ? ['This was a quick run: too little was measured to decide by it.'] : []),
    ],
    environment: {
      Node: process.version,
      System: `${platform()} ${release()}, ${arch()}`,
      Processors: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
      Memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
      Rounds: String(rounds),
      Date: new Date().toISOString().slice(0, 10),
    },
    sections: [
      developmentSection(measured.development),
      ...(memory ? [memorySection(memory)] : []),
      cpuSection(measured.cpu),
      communicationSection(measured.communication),
      crashSection(measured.crashes),
      ...(usage ? [usageSection(usage)] : []),
    ],
  };
}
