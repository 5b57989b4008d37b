export { Lambda } from './lambda.ts';
export { lambdaService } from './lambda-service.ts';
