/** Waits for a random time up to `maxMs`, so that parallel retries spread. */
export function pause(maxMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * maxMs));
}
