/**
 * Placeholders in environment variables and permissions: the stage's name, the AWS region, and the number of the AWS account.
 */
const placeholders = ['stage', 'region', 'account'] as const;

/** A value for each placeholder. */
export type PlaceholderValues = Readonly<Record<(typeof placeholders)[number], string>>;

const pattern = new RegExp(`\\{(${placeholders.join('|')})\\}`, 'g');

/** Replaces the placeholders in all values of an environment; see {@link replacePlaceholders}. */
export function fillEnvironment(
  environment: Readonly<Record<string, string>>,
  values: PlaceholderValues,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, text]) => [name, replacePlaceholders(text, values)]),
  );
}

/** Replaces `{stage}`, `{region}` and `{account}`. Other braces stay as they are. */
export function replacePlaceholders(text: string, values: PlaceholderValues): string {
  return text.replace(pattern, (_, name: keyof PlaceholderValues) => values[name]);
}
