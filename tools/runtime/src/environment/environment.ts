import { type FunctionConfiguration, functionArn } from './function-configuration.ts';
import { type LogEntry, type Report, reportOf } from './log-entry.ts';
import type { EnvironmentMessage, FunctionError, InvokeMessage } from './messages.ts';
import { exitError, outOfMemory, type Sandbox, type StartSandbox } from './sandbox.ts';

export type Invocation = Omit<InvokeMessage, 'deadlineMs' | 'body' | 'invokedFunctionArn'> & {
  /** The event as JSON. */
  readonly event: string;
  /** Default: that of the function's latest version. */
  readonly invokedFunctionArn?: string | undefined;
};

type Outcome =
  | { /** The handler's result as JSON. */ readonly payload: string; readonly error?: never }
  | { readonly error: FunctionError; readonly payload?: never };

export type InvocationResult = Outcome & { readonly report: Report };

export interface EnvironmentOptions {
  readonly startSandbox: StartSandbox;
  readonly log: (entry: LogEntry) => void;
  /** How long the init phase may take. Default: 10 s, as in Lambda. */
  readonly initTimeoutMs?: number | undefined;
}

type Answer =
  | Exclude<EnvironmentMessage, { type: 'log' }>
  | { readonly type: 'failed'; readonly error: FunctionError };
type Init = { readonly durationMs: number } | { readonly error: FunctionError } | 'too slow';

/** How often the memory of a running invocation is looked at. */
const memoryPollMs = 50;
/** A thread that sits in a native call cannot be ended at once; its caller gets the answer all the same. */
const killPatienceMs = 50;
/** 6 MiB, and 100 bytes for the envelope. */
const payloadLimitBytes = 6 * 1024 * 1024 + 100;

/**
 * An execution environment: one instance of a function, for one invocation at a time. It starts at once; the first
 * invocation waits for the init phase. Between invocations the function is frozen.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export class Environment {
  readonly configuration: FunctionConfiguration;
  readonly #options: EnvironmentOptions;
  #sandbox: Sandbox;
  readonly #init: Promise<Init>;
  readonly #arn: string;
  /** Told with the first report only. */
  #initDurationMs: number | undefined;
  #invoked = false;
  #settle: ((answer: Answer) => void) | undefined;
  #exited = Promise.withResolvers<void>();
  #requestId: string | undefined;
  #peakMemoryMb = 0;
  #stopped = false;

  constructor(configuration: FunctionConfiguration, options: EnvironmentOptions) {
    this.configuration = configuration;
    this.#options = options;
    this.#arn = functionArn(configuration);
    this.#sandbox = this.#start();
    this.#init = this.#initialise();
  }

  /** Resolves when the init phase is over, well or not; whether the environment can be used at once. */
  async initialised(): Promise<boolean> {
    const init = await this.#init;
    return typeof init === 'object' && 'durationMs' in init;
  }

  /** Whether the environment can take no further invocation. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Runs the handler. Resolves also when the function fails; the environment may be `stopped` then. */
  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { requestId } = invocation;
    const { timeout } = this.configuration;
    const init = await this.#init;
    this.#requestId = requestId;
    this.#log({ type: 'start', requestId });
    const startedAt = performance.now();
    const left = () => timeout * 1000 - (performance.now() - startedAt);
    const ready = init === 'too slow' ? await this.#initialiseAgain(left) : init;
    const answer: Answer =
      'error' in ready ? { type: 'failed', error: ready.error } : await this.#run(invocation, ready, left);
    return this.#result(requestId, answer, performance.now() - startedAt);
  }

  /** Ends the environment, whatever it is doing. Lambda gives a function no notice either. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#sandbox.kill();
    return this.#exited.promise;
  }

  #start(): Sandbox {
    const exited = Promise.withResolvers<void>();
    this.#exited = exited;
    // One that takes its time to end must not end the one that has taken its place.
    const isCurrent = () => this.#exited === exited;
    return this.#options.startSandbox(this.configuration, {
      message: (message) => {
        if (message.type === 'log') this.#logLine(message.body);
        else if (isCurrent()) this.#settle?.(message);
      },
      output: (text) => {
        for (const line of text.replace(/\n$/, '').split('\n')) this.#logLine(line);
      },
      exited: (error) => {
        exited.resolve();
        if (!isCurrent()) return;
        this.#stopped = true;
        this.#settle?.({ type: 'failed', error });
      },
    });
  }

  async #initialise(): Promise<Init> {
    const { initTimeoutMs = 10_000 } = this.#options;
    const answer = await this.#answer(initTimeoutMs, 'too slow');
    if (answer === 'too slow') {
      this.#log({ type: 'init', durationMs: initTimeoutMs, status: 'timeout' });
      return 'too slow';
    }
    if (answer.type === 'ready') return { durationMs: answer.initDurationMs };
    return { error: await this.#failed(answer) };
  }

  /** After too long an init phase, Lambda repeats it as part of the first invocation, in that one's time. */
  async #initialiseAgain(left: () => number): Promise<Exclude<Init, 'too slow'>> {
    this.#stopped = false;
    this.#sandbox = this.#start();
    const answer = await this.#answer(left(), 'too slow');
    if (answer === 'too slow') return { error: this.#timedOut() };
    return answer.type === 'ready'
      ? { durationMs: answer.initDurationMs }
      : { error: await this.#failed(answer) };
  }

  async #run(
    { event, ...invocation }: Invocation,
    init: { durationMs: number },
    left: () => number,
  ): Promise<Answer> {
    if (!this.#invoked) this.#initDurationMs = init.durationMs;
    this.#invoked = true;
    if (this.#stopped) return { type: 'failed', error: exitError('SIGKILL') };
    const timeLeftMs = left();
    const answer = this.#answer(timeLeftMs, { type: 'failed', error: this.#timedOut() });
    this.#sandbox.send({
      ...invocation,
      invokedFunctionArn: invocation.invokedFunctionArn ?? this.#arn,
      deadlineMs: Date.now() + timeLeftMs,
      body: event,
    });
    return answer;
  }

  /** The next answer, or, when it does not come in time, `late`; nothing of the sandbox runs any more then. */
  #answer<const Late>(timeoutMs: number, late: Late): Promise<Answer | Late> {
    if (this.#stopped) return Promise.resolve({ type: 'failed', error: exitError('SIGKILL') });
    return new Promise((resolve) => {
      const settle = (answer: Answer | Late) => {
        clearTimeout(timer);
        clearInterval(memoryWatch);
        this.#settle = undefined;
        resolve(answer);
      };
      const kill = (answer: Answer | Late) => {
        clearTimeout(timer);
        clearInterval(memoryWatch);
        const patience = setTimeout(() => settle(answer), killPatienceMs);
        this.#settle = () => {
          clearTimeout(patience);
          settle(answer);
        };
        void this.stop();
      };
      const timer = setTimeout(() => kill(late), timeoutMs);
      const memoryWatch = setInterval(() => {
        void Promise.resolve(this.#sandbox.memoryMb()).then((memoryMb) => {
          this.#peakMemoryMb = Math.max(this.#peakMemoryMb, memoryMb);
          if (memoryMb > this.configuration.memorySize) kill({ type: 'failed', error: outOfMemory });
        });
      }, memoryPollMs);
      this.#settle = settle;
    });
  }

  #timedOut(): FunctionError {
    const seconds = this.configuration.timeout.toFixed(2);
    return { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${seconds} seconds` };
  }

  /** The error of an init phase. The environment is of no use afterwards. */
  async #failed(answer: Exclude<Answer, { type: 'ready' }>): Promise<FunctionError> {
    await this.stop();
    if (answer.type === 'failed') return answer.error;
    return JSON.parse(answer.body);
  }

  #result(requestId: string, answer: Answer, durationMs: number): InvocationResult {
    const outcome = this.#outcome(requestId, answer);
    const report = reportOf({
      durationMs,
      initDurationMs: this.#initDurationMs,
      memorySizeMb: this.configuration.memorySize,
      maxMemoryUsedMb: Math.ceil(this.#peakMemoryMb),
      error: outcome.error,
    });
    this.#initDurationMs = undefined;
    this.#log({ type: 'report', requestId, report });
    this.#requestId = undefined;
    return { ...outcome, report };
  }

  #outcome(requestId: string, answer: Answer): Outcome {
    if (answer.type === 'ready') throw new Error('The environment answered out of turn.');
    if (answer.type === 'failed') {
      const { errorType, errorMessage, trace } = answer.error;
      // What the platform says, not the function, names the request it says it of.
      if (trace) return { error: answer.error };
      return { error: { errorType, errorMessage: `RequestId: ${requestId} ${errorMessage}` } };
    }
    this.#peakMemoryMb = Math.max(this.#peakMemoryMb, answer.memoryMb);
    if (answer.type === 'error') return { error: JSON.parse(answer.body) };
    const sizeBytes = Buffer.byteLength(answer.body);
    if (sizeBytes <= payloadLimitBytes) return { payload: answer.body };
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${payloadLimitBytes} bytes).`;
    return { error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
  }

  #logLine(line: string): void {
    this.#log({ type: 'function', requestId: this.#requestId, line });
  }

  #log(entry: LogEntry): void {
    this.#options.log(entry);
  }
}
