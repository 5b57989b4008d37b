export { fakeLambda } from './fake-lambda.ts';
export { type HttpResponse, lambdaContext, type SendOptions, sender, testSubject } from './sender.ts';
