export { packageFunctions } from './package-functions.ts';
