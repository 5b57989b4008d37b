/** Facts that `deploy` keeps in the description of a version or of the alias. AWS accepts 256 characters. */
type Facts = Readonly<Record<string, string>>;

/** `commit=1a2b3c configuration=4d5e6f` */
export function describe(facts: Facts): string {
  return Object.entries(facts)
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

/** The hash of the configuration, from the end of a function's description. */
export function configurationIn(description: string | undefined): string | undefined {
  return /\(configuration (\w+)\)$/.exec(description ?? '')?.[1];
}
