import { formatWithOptions } from 'node:util';
import type { InvocationLog } from './console.ts';

/** Shape of objects: one line for a small one. */
const shape = { depth: 5, compact: 5, breakLength: 100 };

/**
 * Makes `console` write lines for a person: all levels, objects and errors as Node shows them, with their causes, and the
 * indentation of groups. A line has the form of Lambda's text format, with its line breaks.
 *
 * @param write - called with each message, without a final line end
 */
export function readableConsole(write: (text: string) => void): InvocationLog {
  let id = '-';
  let indentation = '';
  const writer =
    (level: string) =>
    (...values: unknown[]) => {
      const text = formatWithOptions(shape, ...values).replace(/^/gm, indentation);
      write([new Date().toISOString(), id, level, text].join('\t'));
    };
  const group = (...label: unknown[]) => {
    if (label.length > 0) console.log(...label);
    indentation += '  ';
  };
  Object.assign(console, {
    trace: writer('TRACE'),
    debug: writer('DEBUG'),
    log: writer('INFO'),
    info: writer('INFO'),
    warn: writer('WARN'),
    error: writer('ERROR'),
    fatal: writer('FATAL'),
    group,
    groupCollapsed: group,
    groupEnd: () => {
      indentation = indentation.slice(2);
    },
  });
  return {
    get requestId() {
      return id;
    },
    set requestId(next) {
      id = next;
      indentation = '';
    },
    error: (_, thrown) => {
      if (thrown instanceof Error) console.error(thrown);
      else console.error('A value that is no Error was thrown:', thrown);
    },
  };
}

/**
 * Logs what ends the environment, and ends it as Node does. Node itself would print the line of the bundle, which is the whole
 * bundle, and would call a rejected object `#<Object>`. Listeners of the function have precedence.
 */
export function reportCrashes(log: InvocationLog): void {
  const isAlone = (event: string) => process.listenerCount(event) === 1;
  const crash = (thrown: unknown) => {
    log.error('', thrown);
    process.exit(1);
  };
  process.on('uncaughtException', (thrown: unknown) => {
    if (isAlone('uncaughtException')) crash(thrown);
  });
  process.on('unhandledRejection', (thrown) => {
    if (!isAlone('unhandledRejection')) return;
    // It is an uncaught exception to Node.
    if (!isAlone('uncaughtException')) throw thrown;
    crash(thrown);
  });
}
