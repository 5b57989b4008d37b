import { UsageError } from '@nanoservices/model';

/** Major version of Node that reads contracts and runs functions, as nodejs24.x. */
const needed = 24;

/** @returns a sentence for a person whose Node is too old for all but the project graph; undefined if it is new enough */
export function oldNodeAdvice(version: string = process.versions.node): string | undefined {
  if (Number.parseInt(version, 10) >= needed) return undefined;
  return `This is Node ${version}, and endpoints need Node ${needed}. Use that, or let the workspace bring it along for npm scripts and npx: npm install --save-dev node@${needed} (pnpm add -Dw, yarn add -D).`;
}

/** @throws UsageError when this Node is too old */
export function refuseOldNode(): void {
  const advice = oldNodeAdvice();
  if (advice) throw new UsageError(advice);
}
