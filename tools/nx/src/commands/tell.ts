/** Prints a note for a person, which is no result. */
export function tell(line: string): void {
  console.error(line);
}
