export { fakeLambda } from './fake-lambda.ts';
export {
  type HttpResponse,
  lambdaContext,
  type SendOptions,
  sender,
  testIssuer,
  testSubject,
} from './sender.ts';
