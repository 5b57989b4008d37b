export { type BuiltClient, buildClient } from './build-client.ts';
export { clientCode, methodName } from './client-code.ts';
export { clientTypes } from './client-types.ts';
