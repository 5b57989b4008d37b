const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type Level = (typeof levels)[number];

/** @returns a test whether the function's log level (AWS_LAMBDA_LOG_LEVEL) lets lines of a level pass, as in nodejs24.x */
export function levelFilter(): (level: Level) => boolean {
  // An unknown level is none: everything is written.
  const least = levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase() as Level);
  return (level) => levels.indexOf(level) >= least;
}
