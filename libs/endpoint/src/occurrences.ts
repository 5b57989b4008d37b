/**
 * Index of a short text (a suffix automaton), built once in linear time. Searching any number of other texts in it takes no
 * more than one step for each of their characters, and stops at the first that does not continue an occurrence.
 *
 * @see https://en.wikipedia.org/wiki/Suffix_automaton
 */
export class Occurrences {
  /** States, each with its successors by UTF-16 code unit. State 0 is the empty text. */
  readonly #next = [new Map<number, number>()];
  /** State of the longest suffix that occurs in more places, by state. */
  readonly #link = [-1];
  /** Length of the longest text of a state. */
  readonly #length = [0];
  /** State of each beginning of the text. */
  readonly #ends: number[] = [];
  /** Length of the longest marked text of a state. */
  readonly #marked: number[] = [];

  constructor(text: string) {
    let last = 0;
    for (let at = 0; at < text.length; at++) {
      last = this.#append(text.charCodeAt(at), last);
      this.#ends.push(last);
    }
  }

  /** Marks all occurrences of a text, and of its beginnings that have at least `minLength` characters. */
  mark(text: string, minLength: number): void {
    let state: number | undefined = 0;
    for (let at = 0; at < text.length; at++) {
      state = this.#next[state]?.get(text.charCodeAt(at));
      if (state === undefined) return;
      if (at + 1 >= minLength || at + 1 === text.length) {
        this.#marked[state] = Math.max(this.#marked[state] ?? 0, at + 1);
      }
    }
  }

  /** @returns for each character of the text, whether it is part of a marked occurrence; nothing, if there is none */
  marks(): boolean[] {
    if (this.#marked.length === 0) return [];
    const longest = [...this.#marked];
    // Suffixes are shorter, so they come first. An occurrence of a text ends with all its suffixes.
    for (const state of this.#length.keys().toArray().sort(this.#byLength)) {
      longest[state] = Math.max(longest[state] ?? 0, longest[this.#link[state] as number] ?? 0);
    }
    let rest = 0;
    const marks: boolean[] = [];
    for (let at = this.#ends.length - 1; at >= 0; at--) {
      rest = Math.max(rest - 1, longest[this.#ends[at] as number] as number);
      marks[at] = rest > 0;
    }
    return marks;
  }

  readonly #byLength = (one: number, other: number) =>
    (this.#length[one] as number) - (this.#length[other] as number);

  #append(code: number, last: number): number {
    const state = this.#add(new Map(), (this.#length[last] as number) + 1, 0);
    let before = last;
    for (; before >= 0 && !this.#successors(before).has(code); before = this.#link[before] as number) {
      this.#successors(before).set(code, state);
    }
    if (before < 0) return state;
    const known = this.#successors(before).get(code) as number;
    const length = (this.#length[before] as number) + 1;
    if (length === this.#length[known]) {
      this.#link[state] = known;
      return state;
    }
    const copy = this.#add(new Map(this.#next[known]), length, this.#link[known] as number);
    for (
      ;
      before >= 0 && this.#successors(before).get(code) === known;
      before = this.#link[before] as number
    ) {
      this.#successors(before).set(code, copy);
    }
    this.#link[known] = copy;
    this.#link[state] = copy;
    return state;
  }

  #successors(state: number): Map<number, number> {
    return this.#next[state] as Map<number, number>;
  }

  #add(next: Map<number, number>, length: number, link: number): number {
    this.#length.push(length);
    this.#link.push(link);
    return this.#next.push(next) - 1;
  }
}
