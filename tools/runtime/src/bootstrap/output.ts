/**
 * Makes stdout and stderr pass on their lines at once. Otherwise a thread keeps them until its event loop turns, which
 * happens in the next invocation or never, and nobody knows which invocation wrote them.
 *
 * @param write - called with each line, without its line end
 * @returns a function that writes unfinished lines
 */
export function outputTo(write: (line: string) => void): () => void {
  const flushes = [process.stdout, process.stderr].map((stream) => {
    const decoder = new TextDecoder();
    let unfinished = '';
    stream.write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
      unfinished +=
        typeof chunk === 'string'
          ? Buffer.from(chunk, encodingOf(encoding)).toString()
          : decoder.decode(chunk, { stream: true });
      const lines = unfinished.split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) write(line);
      const callback = typeof encoding === 'function' ? encoding : done;
      if (typeof callback === 'function') process.nextTick(callback);
      return true;
    };
    return () => {
      if (unfinished) write(unfinished);
      unfinished = '';
    };
  });
  return () => {
    for (const flush of flushes) flush();
  };
}

function encodingOf(encoding: unknown): BufferEncoding | undefined {
  return typeof encoding === 'string' ? (encoding as BufferEncoding) : undefined;
}
