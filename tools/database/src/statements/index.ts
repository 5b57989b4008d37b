export { checkStatements, type StatementCheck } from './check-statements.ts';
