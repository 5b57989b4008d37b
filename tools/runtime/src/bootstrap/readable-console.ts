import { formatWithOptions } from 'node:util';
import type { LogLevel } from '@nanoservices/endpoint/log-levels';
import type { ConsoleOptions, FunctionLog } from './console.ts';
import { levelFilter } from './level-filter.ts';

/** Shape of objects: one line for a small one. */
const shape = { depth: 5, compact: 5, breakLength: 100 };

/**
 * Makes `console` write lines for a person: objects and errors as Node shows them, with their causes, and the indentation of
 * groups. A line has the form of Lambda's text format, with its line breaks. The log level chooses lines.
 */
export function patchReadableConsole({ write, requestId }: ConsoleOptions): FunctionLog {
  const isWritten = levelFilter();
  let indentation = '';
  let indentedId = '';
  /** A group ends with its invocation. */
  const indent = (change: (indentation: string) => string = (same) => same) => {
    if (indentedId !== requestId()) indentation = '';
    indentedId = requestId();
    indentation = change(indentation);
    return indentation;
  };
  const writer = (level: LogLevel) => {
    if (!isWritten(level)) return () => {};
    return (...values: unknown[]) => {
      const text = formatWithOptions(shape, ...values).replace(/^/gm, indent());
      write([new Date().toISOString(), requestId(), level, text].join('\t'));
    };
  };
  const group = (...label: unknown[]) => {
    if (label.length > 0) console.log(...label);
    indent((indentation) => `${indentation}  `);
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
    groupEnd: () => void indent((indentation) => indentation.slice(2)),
  });
  return {
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
export function reportCrashes(log: FunctionLog): void {
  const isAlone = (event: string) => process.listenerCount(event) === 1;
  const crash = (thrown: unknown) => {
    log.error('Invoke Error', thrown);
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
