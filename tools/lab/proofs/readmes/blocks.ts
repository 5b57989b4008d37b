import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../testbed/repository.ts';

/** The Markdown files that tell what to type. */
export const readmes: readonly string[] = globSync(
  ['*.md', 'functions/*.md', 'libs/*/*.md', 'tools/*/*.md', 'tools/lab/*/*.md'],
  { cwd: repositoryRoot },
).sort();

/** READMEs of the framework use the shop of the testbed in their examples, all others the application. */
export function applicationOf(readme: string): 'shop' | 'arcade' {
  return /^(?:tools\/|libs\/(?:endpoint|postgres)\/)/.test(readme) ? 'shop' : 'arcade';
}

/** The fenced code blocks of a language. */
export function blocksOf(readme: string, language: string): string[] {
  const text = readFileSync(join(repositoryRoot, readme), 'utf8');
  return [...text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );
}

/** The commands of a README in their order, without their comments: those in blocks, then those in tables. */
export function commandsOf(readme: string): string[] {
  const inBlocks = blocksOf(readme, 'sh')
    .flatMap((block) => block.replaceAll('\\\n', '').split('\n'))
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const rows = readFileSync(join(repositoryRoot, readme), 'utf8').match(/^\|.*$/gm) ?? [];
  const inTables = rows.flatMap((row) =>
    [...row.matchAll(/`(np[mx] [^`]+)`/g)].map(([, command = '']) => command),
  );
  return [...inBlocks, ...inTables];
}
