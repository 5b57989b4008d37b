/** How long a line may wait for others to be written with it. */
const waitMs = 20;

/** Writes lines to stdout, several at a time: a write of its own for each would cost a busy gateway more than serving. */
export class LineBuffer {
  #text = '';
  #timer: NodeJS.Timeout | undefined;

  /** Writes a line soon. */
  add(line: string): void {
    this.#text += `${line}\n`;
    this.#timer ??= setTimeout(() => this.flush(), waitMs);
  }

  /** Writes what waits now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#text) process.stdout.write(this.#text);
    this.#text = '';
  }
}
