import { formatFact } from './stage-format.ts';

/** Facts that `deploy` keeps in the description of a version or of the alias. AWS accepts 256 characters. */
type Facts = Readonly<Record<string, string>>;

/** `commit=1a2b3c configuration=4d5e6f` */
export function describe(facts: Facts): string {
  return Object.entries({ ...formatFact(), ...facts })
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
    .slice(0, 256);
}

/** Reads the facts of a description. Any other text has none. */
export function factsOf(description: string | undefined): Partial<Facts> {
  return Object.fromEntries(
    [...(description ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
}

/** The description of a function: `Read an order (configuration 4d5e6f)` */
export function describeFunction(summary: string, configuration: string): string {
  const { format } = formatFact();
  return `${summary} (configuration ${configuration}${format ? `, format ${format}` : ''})`;
}

/** The hash of the configuration, and the mark of its format, from the end of a function's description. */
export function configurationIn(description: string | undefined): {
  configuration?: string;
  format?: string;
} {
  return (
    /\(configuration (?<configuration>\w+)(?:, format (?<format>\d+))?\)$/.exec(description ?? '')?.groups ??
    {}
  );
}
