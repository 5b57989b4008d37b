export { authorization, credentialVariables, newAccessKey } from './access-key.ts';
export { Lambda } from './lambda.ts';
export { lambdaService } from './lambda-service.ts';
