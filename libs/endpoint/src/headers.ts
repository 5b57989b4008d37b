/** Makes the names of headers lower-case. Of names that differ in case only, the last one counts. */
export function lowerCase<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Tells if a media type is JSON: `application/json; charset=utf-8`, `application/hal+json`. */
export function isJson(mediaType: string): boolean {
  return /[/+]json *(;|$)/i.test(mediaType);
}
