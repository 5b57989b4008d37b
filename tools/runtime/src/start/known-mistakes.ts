import type { Notice } from './started-api.ts';

/** A part of the workspace that may be wrong, and become right again. */
export type Subject = 'settings' | 'contracts' | 'variables' | `function ${string}`;

/** Mistakes that were told. Each is told once while it stays the same, and once more when it is mended. */
export class KnownMistakes {
  readonly #texts = new Map<Subject, string>();
  readonly #tell: (notice: Notice) => void;

  constructor(tell: (notice: Notice) => void) {
    this.#tell = tell;
  }

  found(subject: Subject, text: string): void {
    if (this.#texts.get(subject) === text) return;
    this.#texts.set(subject, text);
    this.#tell({ level: 'error', text });
  }

  /** @param text - the notice, where a mistake was known */
  mended(subject: Subject, text?: string): void {
    if (this.#texts.delete(subject) && text !== undefined) this.#tell({ level: 'info', text });
  }
}
