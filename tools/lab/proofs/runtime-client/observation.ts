/** Everything that a function did, without the values that differ from run to run. */
export interface Observation {
  /** The end of each invocation: its answer, or that of the environment. */
  readonly endings: readonly Ending[];
  /** Lines of the console, in their order. */
  readonly log: readonly string[];
  /** Other lines of stdout and stderr. */
  readonly output: readonly string[];
}

export type Ending =
  | { readonly type: 'response'; readonly payload: unknown }
  | { readonly type: 'error' | 'init error'; readonly error: unknown }
  | { readonly type: 'exit'; readonly status: number | string };

/** The name of a function's folder in observations, which is that of Lambda. */
const taskRoot = '/var/task';

/** @param folder - the folder of the function, absolute */
export function observe(folder: string, endings: readonly Ending[], lines: readonly string[]): Observation {
  const known = lines.map((line) => normalise(line, folder));
  return {
    endings: JSON.parse(JSON.stringify(endings), (_, value) => {
      if (Array.isArray(value)) return value.filter((item) => !isForeignFrame(item));
      return typeof value === 'string' ? normalise(value, folder) : value;
    }),
    log: known.filter(isConsoleLine),
    output: withoutForeignSource(known.filter((line) => !isConsoleLine(line))).filter(
      (line) => line !== '' && !isForeignFrame(line),
    ),
  };
}

function isConsoleLine(line: string): boolean {
  return line.startsWith('<time>\t') || line.startsWith('{"timestamp":"<time>"');
}

function normalise(text: string, folder: string): string {
  return (
    text
      .replaceAll(folder, taskRoot)
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
      .replace(/"durationMs":[\d.]+/g, '"durationMs":<ms>')
      .replace(/\(node:\d+\)/g, '(node:<pid>)')
      .replace(/^127\.0\.0\.1:\d+$/, '127.0.0.1:<port>')
      .replace(/\.\.\. \d+ lines matching/g, '... <n> lines matching')
      // Frames in a JSON array of lines, in a text of lines, and in a text in JSON.
      .replace(/,"\s*at (?:[^"\\]|\\.)*"/g, (frame) =>
        isForeignFrame(frame.slice(1)) ? '' : `,"${location(frame)}"`,
      )
      .replace(/(?:\\n|\r)\s*at (?:(?!\\n)[^\r])*?(?=\\n|\r|"|$)/g, (frame) =>
        isForeignFrame(frame.replace('\\n', '')) ? '' : `\r${location(frame)}`,
      )
      .replace(/^\s+at .*$/, (frame) => (isForeignFrame(frame) ? frame : location(frame)))
  );
}

/** Node prints the place of an uncaught error as three lines: file and line, source, a caret. */
function withoutForeignSource(lines: readonly string[]): string[] {
  const isForeign = (line: string) => /^(file|node):\S+:\d+$/.test(line) && !line.includes(taskRoot);
  return lines.filter((_, index) => ![index, index - 1, index - 2].some((at) => isForeign(lines[at] ?? '')));
}

/** A frame of the runtime or of Node, which is no concern of the function. */
function isForeignFrame(line: unknown): boolean {
  return typeof line === 'string' && /^\W*at /.test(line) && !line.includes(taskRoot);
}

/** @returns a frame without the name of the function: it depends on the caller's object */
function location(frame: string): string {
  return `at ${/(?:file:\/\/)?\/var\/task[^\s)"\\]*/.exec(frame)?.[0]}`;
}
