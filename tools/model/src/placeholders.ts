/**
 * Placeholders in environment variables and permissions: the stage's name, the AWS region, and the number of the AWS account.
 */
export const placeholders = ['stage', 'region', 'account'] as const;

/** A value for each placeholder. */
export type PlaceholderValues = Readonly<Record<(typeof placeholders)[number], string>>;

const pattern = new RegExp(`\\{(${placeholders.join('|')})\\}`, 'g');

/** Replaces `{stage}`, `{region}` and `{account}`. Other braces stay as they are. */
export function replacePlaceholders(text: string, values: PlaceholderValues): string {
  return text.replace(pattern, (_, name: keyof PlaceholderValues) => values[name]);
}
