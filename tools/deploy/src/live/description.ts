/** What deployment keeps with a version and with the alias, where AWS has room for 256 characters of text. */
type Facts = Readonly<Record<string, string>>;

/** `commit=1a2b3c configuration=4d5e6f` */
export function describe(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
    .slice(0, 256);
}

/** Reads the facts of a description; of any other text, none. */
export function factsOf(description: string | undefined): Partial<Facts> {
  return Object.fromEntries(
    [...(description ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
}

/** The configuration of a function itself, which ends its description. */
export function configurationIn(description: string | undefined): string | undefined {
  return /\(configuration (\w+)\)$/.exec(description ?? '')?.[1];
}
