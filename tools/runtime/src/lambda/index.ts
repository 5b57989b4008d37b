export { Lambda, type LambdaFunction } from './lambda.ts';
export { lambdaService } from './lambda-service.ts';
