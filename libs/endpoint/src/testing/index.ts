export { fakeLambda } from './fake-lambda.ts';
export { type Answer, lambdaContext, type SendOptions, sender, testUser } from './sender.ts';
