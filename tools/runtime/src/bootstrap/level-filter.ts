import { type LogLevel, logLevels } from '@nanoservices/endpoint/log-levels';

/** @returns a test whether the function's log level (AWS_LAMBDA_LOG_LEVEL) lets lines of a level pass, as in nodejs24.x */
export function levelFilter(): (level: LogLevel) => boolean {
  // An unknown level is none: everything is written.
  const least = logLevels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase() as LogLevel);
  return (level) => logLevels.indexOf(level) >= least;
}
