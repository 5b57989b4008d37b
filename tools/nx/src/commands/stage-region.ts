import { exitCodes } from '../command-line/exit-codes.ts';
import { findStageOrPattern, requireStage } from './stage-option.ts';
import type { StageOptions } from './stage-options.ts';

/** `nanos stage region`: prints the region of a stage, or of the previews of a pattern, for scripts. It asks nothing of AWS. */
export async function region(workspaceRoot: string, { stage }: StageOptions): Promise<number> {
  console.log(findStageOrPattern(workspaceRoot, requireStage(stage)).region);
  return exitCodes.done;
}
