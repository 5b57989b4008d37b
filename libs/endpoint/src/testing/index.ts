export { fakeLambda } from './fake-lambda.ts';
export { type Answer, lambdaContext, type SendOptions, sender, testAdmin, testUser } from './sender.ts';
