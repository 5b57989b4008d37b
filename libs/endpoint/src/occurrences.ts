/** Marks of texts that occur in another one. */
export interface Occurrences {
  /** Marks all occurrences of a text, and of its beginnings that have at least `minLength` characters. */
  mark(text: string, minLength: number): void;
  /** @returns for each character, whether it is part of a marked occurrence; nothing, if there is none */
  marks(): boolean[];
}

interface State {
  /** Successors by character. */
  readonly next: Map<string, State>;
  /** State of the longest suffix that occurs in more places. */
  suffix: State | undefined;
  /** Length of its longest text. */
  readonly length: number;
  /** Length of its longest marked text. */
  marked: number;
}

/**
 * Indexes a short text (as a suffix automaton) in linear time. Searching any number of other texts in it takes no more than one
 * step for each of their characters, and stops at the first that does not continue an occurrence.
 *
 * @see https://en.wikipedia.org/wiki/Suffix_automaton
 */
export function occurrencesIn(text: string): Occurrences {
  const state = (length: number, next: Map<string, State>, suffix?: State): State => {
    const made = { length, next, suffix, marked: 0 };
    states.push(made);
    return made;
  };
  const states: State[] = [];
  const root = state(0, new Map());
  /** State of each beginning of the text. */
  const ends: State[] = [];
  let last: State = root;
  for (const char of text.split('')) {
    const made = state(last.length + 1, new Map(), root);
    let before: State | undefined = last;
    for (; before && !before.next.has(char); before = before.suffix) before.next.set(char, made);
    const known = before?.next.get(char);
    if (before && known) {
      made.suffix = known;
      if (known.length > before.length + 1) {
        const copy = state(before.length + 1, new Map(known.next), known.suffix);
        made.suffix = known.suffix = copy;
        for (; before?.next.get(char) === known; before = before?.suffix) before?.next.set(char, copy);
      }
    }
    last = made;
    ends.push(last);
  }
  let isMarked = false;
  return {
    mark: (searched, minLength) => {
      let at: State | undefined = root;
      for (let length = 1; length <= searched.length; length++) {
        at = at.next.get(searched.charAt(length - 1));
        if (!at) return;
        if (length >= minLength || length === searched.length) {
          at.marked = Math.max(at.marked, length);
          isMarked = true;
        }
      }
    },
    marks: () => {
      if (!isMarked) return [];
      // An occurrence of a text ends with all its suffixes, which are shorter and so come first.
      for (const one of states.sort((a, b) => a.length - b.length)) {
        one.marked = Math.max(one.marked, one.suffix?.marked ?? 0);
      }
      let rest = 0;
      const whole = ends.toReversed().map(({ marked }) => {
        rest = Math.max(rest - 1, marked);
        return rest > 0;
      });
      return whole.reverse();
    },
  };
}
