/** Time that lines are collected before they are written. */
const waitMs = 20;

/** Writes lines to stdout in batches: one write per line would cost a busy gateway more than serving. */
export class LineBuffer {
  #text = '';
  #timer: NodeJS.Timeout | undefined;

  /** Writes a line soon. */
  add(line: string): void {
    this.#text += `${line}\n`;
    this.#timer ??= setTimeout(() => this.flush(), waitMs);
  }

  /** Writes the collected lines. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#text) process.stdout.write(this.#text);
    this.#text = '';
  }
}
