import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from './report.ts';
import { reportMarkdown } from './writing/markdown.ts';
import { reportPage } from './writing/page.ts';

/**
 * Writes a report in three forms: `<name>.html`, a self-contained page, `<name>.md` and `<name>.json`.
 *
 * @param folder - created if it is missing
 * @returns paths of the files
 */
export async function writeReport(report: Report, folder: string): Promise<string[]> {
  const forms = {
    html: reportPage(report),
    md: reportMarkdown(report),
    json: `${JSON.stringify(report, null, 2)}\n`,
  };
  await mkdir(folder, { recursive: true });
  return Promise.all(
    Object.entries(forms).map(async ([ending, text]) => {
      const file = join(folder, `${report.name}.${ending}`);
      await writeFile(file, text);
      return file;
    }),
  );
}
