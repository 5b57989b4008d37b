import { Failed } from '../errors.ts';

/**
 * The format of what `deploy` leaves on AWS: descriptions of functions, versions and aliases, tags, the record of the last
 * complete deployment, and leases. What has no mark has format 1.
 *
 * A release that means something else by these texts takes the next number, and reads all earlier formats. A recording of each
 * is in `testing/stages`, and stays as it is.
 */
export const stageFormat: number = 1;

/** The tag of the platform's stack with the format of the stage. A stage may have tags of its own, such as `format`. */
export const formatTag = 'stage-format';

/** The fact that marks a text. */
export function formatFact(format = stageFormat): { readonly format?: string } {
  return format === 1 ? {} : { format: `${format}` };
}

/**
 * Decides if this version can read what another one left.
 *
 * @param format - mark of the text; undefined when it has none
 * @param subject - what was read, for the message
 * @throws Failed when a newer version wrote it
 */
export function requireReadable(format: string | undefined, subject: string): void {
  if (formatNumber(format) <= stageFormat) return;
  throw new Failed(
    `${subject} comes from a newer version of @nanoservices/deploy: its format is ${format}, and this version reads ${stageFormat}. Upgrade this workspace: npx nx migrate <plugin>, with the plugin in nx.json.`,
  );
}

/** Tells if a stage has an older format than this version writes. @param format - its mark */
export function isOlderFormat(format: string | undefined): boolean {
  return formatNumber(format) < stageFormat;
}

function formatNumber(format: string | undefined): number {
  return /^\d+$/.test(format ?? '') ? Number(format) : 1;
}
