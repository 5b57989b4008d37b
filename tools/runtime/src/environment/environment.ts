import { type FunctionConfiguration, functionArn } from './function-configuration.ts';
import { type InitReport, type LogEntry, type Report, reportOf } from './log-entry.ts';
import type { FunctionError, InvocationEnd, InvokeMessage, SandboxMessage } from './messages.ts';
import { exitError, outOfMemory, type Sandbox, type StartSandbox } from './sandbox.ts';
import { BufferedResponse, type ResponseSink, StreamedResponse } from './streamed-response.ts';

/** An invocation of a function. */
export type Invocation = Omit<InvokeMessage, 'deadlineMs' | 'body' | 'invokedFunctionArn'> & {
  /** Event as JSON. */
  readonly event: string;
  /** Default: the ARN of the function's latest version. */
  readonly invokedFunctionArn?: string | undefined;
  /** Receiver of a streamed response. Default: it is buffered and becomes the payload. */
  readonly sink?: ResponseSink | undefined;
};

/** A streamed response without a receiver. */
export interface StreamedPayload {
  readonly contentType: string;
  readonly bytes: Buffer;
}

type PayloadOrError =
  | {
      /** Result of the handler as JSON, or the text of its streamed response. */
      readonly payload: string;
      readonly streamed?: StreamedPayload | undefined;
      readonly error?: never;
    }
  | { readonly error: FunctionError; readonly payload?: never; readonly streamed?: never };

/** The result of an invocation: the payload or the error of the function, and the report. */
export type InvokeResult = PayloadOrError & { readonly report: Report };

export interface EnvironmentOptions {
  readonly startSandbox: StartSandbox;
  readonly log: (entry: LogEntry) => void;
  /** Timeout of the init phase in milliseconds. Default: 10,000, as in Lambda. */
  readonly initTimeoutMs?: number | undefined;
}

/** The end of an init phase or an invocation. */
type Ending =
  | Exclude<SandboxMessage, { type: 'log' | 'stream' }>
  | { readonly type: 'failed'; readonly error: FunctionError };
type Init = { readonly durationMs: number } | { readonly error: FunctionError } | 'too slow';

/** Pause between two measurements of a running invocation's memory. */
const memoryPollMs = 50;
/** Time that a killed sandbox gets. A thread in a native call ends later; its caller is answered all the same. */
const killPatienceMs = 50;
/** 6 MiB, and 100 bytes for the envelope. */
const payloadLimitBytes = 6 * 1024 * 1024 + 100;
/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html */
const streamLimitBytes = 200 * 1024 * 1024;

/**
 * An execution environment: one instance of a function, which runs one invocation at a time. It starts at once; the first
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
  /** Duration of the init phase, until the first report has it. */
  #initDurationMs: number | undefined;
  #invoked = false;
  #settle: ((ending: Ending) => void) | undefined;
  #exited = Promise.withResolvers<void>();
  #requestId: string | undefined;
  #response: StreamedResponse | undefined;
  #buffered = new BufferedResponse();
  #peakMemoryMb = 0;
  #stopped = false;
  /** True when it was stopped from outside: the end of its init phase is no failure. */
  #discarded = false;

  constructor(configuration: FunctionConfiguration, options: EnvironmentOptions) {
    this.configuration = configuration;
    this.#options = options;
    this.#arn = functionArn(configuration);
    this.#sandbox = this.#start();
    this.#init = this.#initialise();
  }

  /** Waits for the end of the init phase. @returns true when the environment can be used at once */
  async initialised(): Promise<boolean> {
    const init = await this.#init;
    return typeof init === 'object' && 'durationMs' in init;
  }

  /** True when the environment can take no further invocation. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Runs the handler. The promise resolves when the function fails, too; the environment may be `stopped` then. */
  async invoke(invocation: Invocation): Promise<InvokeResult> {
    const { requestId } = invocation;
    const { timeout } = this.configuration;
    const init = await this.#init;
    this.#requestId = requestId;
    this.#log({ type: 'start', requestId, traceId: invocation.traceId });
    const startedAt = performance.now();
    const left = () => timeout * 1000 - (performance.now() - startedAt);
    const ready = init === 'too slow' ? await this.#initialiseAgain(left) : init;
    const ending: Ending =
      'error' in ready ? { type: 'failed', error: ready.error } : await this.#run(invocation, ready, left);
    return this.#result(requestId, ending, performance.now() - startedAt);
  }

  /** Ends the environment at once. Lambda gives a function no notice either. */
  stop(): Promise<void> {
    this.#discarded = true;
    return this.#end();
  }

  #end(): Promise<void> {
    this.#stopped = true;
    this.#response?.discard();
    this.#sandbox.kill();
    return this.#exited.promise;
  }

  #start(): Sandbox {
    const exited = Promise.withResolvers<void>();
    this.#exited = exited;
    // A sandbox that ends late must not end its successor.
    const isCurrent = () => this.#exited === exited;
    return this.#options.startSandbox(this.configuration, {
      message: (message) => {
        if (message.type === 'log') this.#logLine(message.body);
        else if (isCurrent()) this.#receive(message);
      },
      part: (bytes, taken) => {
        if (isCurrent() && this.#response) this.#response.part(bytes, taken);
        else taken();
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

  #receive(message: Exclude<SandboxMessage, { type: 'log' }>): void {
    const settle = this.#settle;
    if (message.type === 'stream') this.#response?.begin(message.contentType);
    else if (message.type === 'ready' || !message.streamedBytes) settle?.(message);
    else void this.#response?.end(message.streamedBytes).then(() => settle?.(message));
  }

  async #initialise(): Promise<Init> {
    const { initTimeoutMs = 10_000 } = this.#options;
    return this.#initialisedWithin(initTimeoutMs, 'init');
  }

  /** Waits for the end of an init phase, and reports its failure. */
  async #initialisedWithin(timeoutMs: number, phase: InitReport['phase']): Promise<Init> {
    const startedAt = performance.now();
    const ending = await this.#ending(timeoutMs, 'too slow');
    if (ending === 'too slow') {
      this.#log({ type: 'init', durationMs: timeoutMs, phase, status: 'timeout' });
      return 'too slow';
    }
    if (ending.type === 'ready') return { durationMs: ending.initDurationMs };
    const durationMs = performance.now() - startedAt;
    const error = await this.#failed(ending);
    const { errorType } = error;
    if (!this.#discarded) this.#log({ type: 'init', durationMs, phase, status: 'error', errorType });
    return { error };
  }

  /** After a timeout, Lambda repeats the init phase in the time of the first invocation. */
  async #initialiseAgain(left: () => number): Promise<Exclude<Init, 'too slow'>> {
    this.#stopped = false;
    this.#sandbox = this.#start();
    const init = await this.#initialisedWithin(left(), 'invoke');
    return init === 'too slow' ? { error: this.#timedOut() } : init;
  }

  async #run(
    { event, sink, ...invocation }: Invocation,
    init: { durationMs: number },
    left: () => number,
  ): Promise<Ending> {
    if (!this.#invoked) this.#initDurationMs = init.durationMs;
    this.#invoked = true;
    if (this.#stopped) return { type: 'failed', error: exitError('SIGKILL') };
    this.#buffered = new BufferedResponse();
    this.#response = sink
      ? new StreamedResponse(sink, streamLimitBytes)
      : new StreamedResponse(this.#buffered, payloadLimitBytes);
    const timeLeftMs = left();
    const ending = this.#ending(timeLeftMs, { type: 'failed', error: this.#timedOut() });
    this.#sandbox.send({
      ...invocation,
      invokedFunctionArn: invocation.invokedFunctionArn ?? this.#arn,
      deadlineMs: Date.now() + Math.round(timeLeftMs),
      body: event,
    });
    return ending;
  }

  /** Waits for the next ending. @returns `late` after a timeout, when the sandbox has been killed */
  #ending<const Late>(timeoutMs: number, late: Late): Promise<Ending | Late> {
    if (this.#stopped) return Promise.resolve({ type: 'failed', error: exitError('SIGKILL') });
    return new Promise((resolve) => {
      const settle = (ending: Ending | Late) => {
        clearTimeout(timer);
        clearInterval(memoryWatch);
        this.#settle = undefined;
        resolve(ending);
      };
      const kill = (ending: Ending | Late) => {
        clearTimeout(timer);
        clearInterval(memoryWatch);
        const patience = setTimeout(() => settle(ending), killPatienceMs);
        this.#settle = () => {
          clearTimeout(patience);
          settle(ending);
        };
        void this.#end();
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
    return { errorType: 'Sandbox.Timedout', errorMessage: `Error: Task timed out after ${seconds} seconds` };
  }

  /** Stops an environment whose init phase failed. @returns the error */
  async #failed(ending: Exclude<Ending, { type: 'ready' }>): Promise<FunctionError> {
    await this.#end();
    if (ending.type === 'failed') return ending.error;
    return JSON.parse(ending.body);
  }

  #result(requestId: string, ending: Ending, durationMs: number): InvokeResult {
    const result = this.#payloadOrError(requestId, ending);
    const report = reportOf({
      durationMs,
      initDurationMs: this.#initDurationMs,
      memorySizeMb: this.configuration.memorySize,
      maxMemoryUsedMb: Math.ceil(this.#peakMemoryMb),
      error: result.error,
    });
    this.#initDurationMs = undefined;
    // The function has logged its own error.
    if (ending.type === 'failed' && !ending.error.trace) {
      this.#log({ type: 'fault', requestId, error: ending.error });
    }
    this.#log({ type: 'report', requestId, report });
    this.#requestId = undefined;
    return { ...result, report };
  }

  #payloadOrError(requestId: string, ending: Ending): PayloadOrError {
    if (ending.type === 'ready') throw new Error('The environment answered out of turn.');
    if (ending.type === 'failed') {
      const { errorType, errorMessage, trace } = ending.error;
      // Errors of the platform, unlike those of the function, name the request.
      if (trace) return { error: ending.error };
      return { error: { errorType, errorMessage: `RequestId: ${requestId} ${errorMessage}` } };
    }
    this.#peakMemoryMb = Math.max(this.#peakMemoryMb, ending.memoryMb);
    if (ending.type === 'error') return { error: JSON.parse(ending.body) };
    return this.#payload(ending);
  }

  #payload({ body, streamedBytes }: InvocationEnd): PayloadOrError {
    const sizeBytes = streamedBytes ?? Buffer.byteLength(body);
    const limitBytes =
      streamedBytes === undefined ? payloadLimitBytes : (this.#response?.limitBytes ?? payloadLimitBytes);
    if (sizeBytes > limitBytes) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${limitBytes} bytes).`;
      return { error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
    }
    const { contentType, bytes } = this.#buffered;
    if (contentType === undefined) return { payload: body };
    return { payload: bytes.toString(), streamed: { contentType, bytes } };
  }

  #logLine(line: string): void {
    this.#log({ type: 'function', requestId: this.#requestId, line });
  }

  #log(entry: LogEntry): void {
    this.#options.log(entry);
  }
}
