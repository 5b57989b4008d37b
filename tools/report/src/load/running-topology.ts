import { EventEmitter, on } from 'node:events';
import { smokeEvent } from '@nanoservices/endpoint/smoke';
import { type PackedFunction, routeKey } from '@nanoservices/model';
import { type ReportEvent, type StartedApi, startApi } from '@nanoservices/runtime';
import { authorization } from '@nanoservices/runtime/lambda';

/** Lambda's report of an invocation. Times in milliseconds. */
export type InvocationReport = ReportEvent['report'];

/** Milliseconds; a request may take 30 s, and its report follows at once. */
const reportTimeoutMs = 60_000;

/** A response's status, 0 if the connection broke; and the report of its invocation. */
export interface Reported {
  readonly status: number;
  readonly report?: InvocationReport;
}

/** The API of a workspace in one topology, started for measurements: with its own database, and no log. */
export class RunningTopology implements AsyncDisposable {
  readonly #api: StartedApi;
  readonly #reports: EventEmitter<{ report: [ReportEvent] }>;
  /** The headers of requests: the token of the local caller, unless tokens come from another issuer. */
  readonly headers: Readonly<Record<string, string>>;

  private constructor(api: StartedApi, reports: EventEmitter<{ report: [ReportEvent] }>) {
    this.#api = api;
    this.#reports = reports;
    this.headers = api.token ? { authorization: `Bearer ${api.token}` } : {};
  }

  static async start(workspaceRoot: string, topology: string): Promise<RunningTopology> {
    const reports = new EventEmitter<{ report: [ReportEvent] }>();
    // One for each request that waits for its report.
    reports.setMaxListeners(0);
    const api = await startApi({
      root: workspaceRoot,
      topology,
      // DATABASE_URL may name a database that is needed otherwise.
      env: {},
      onReport: (event) => reports.emit('report', event),
    });
    return new RunningTopology(api, reports);
  }

  get url(): string {
    return this.#api.url;
  }

  /** Process id of the serving process, the parent of all environments. */
  get pid(): number {
    return this.#api.pid;
  }

  /**
   * Invokes a function with the event of a smoke test, which runs no handler. The first invocation is a cold start.
   *
   * @returns no report if there is no such function because its bundle could not be built
   */
  async smoke({ name, routes: [route] }: PackedFunction): Promise<Reported> {
    if (!route) throw new Error(`The function ${name} has no route.`);
    const url = `${this.#api.lambdaUrl}/2015-03-31/functions/${name}/invocations`;
    const body = JSON.stringify(smokeEvent(routeKey(route)));
    const headers = authorization(this.#api.accessKey);
    return this.#reported(send(url, { method: 'POST', headers, body }), 'x-amzn-requestid');
  }

  /** Requests a path. @returns the status, or 0 if the connection broke */
  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    const response = await send(this.url + path, { headers: { ...this.headers, ...headers } });
    return response?.status ?? 0;
  }

  /** Requests a path. @returns a report unless the status is an error: the gateway itself may have answered then */
  async getReported(path: string): Promise<Reported> {
    return this.#reported(send(this.url + path, { headers: this.headers }), 'apigw-requestid');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#api.stop();
  }

  /** Waits for the report with the id of a request. It may come before the response, and after those of callees. */
  async #reported(sent: Promise<Response | undefined>, idHeader: string): Promise<Reported> {
    const events = on(this.#reports, 'report', { signal: AbortSignal.timeout(reportTimeoutMs) });
    const response = await sent;
    const requestId = response?.headers.get(idHeader);
    const status = response?.status ?? 0;
    if (status === 0 || status >= 400) {
      await events.return?.();
      return { status };
    }
    for await (const [event] of events as AsyncIterable<[ReportEvent]>) {
      if (event.requestId === requestId) return { status, report: event.report };
    }
    throw new Error(`The request ${requestId} had no report.`);
  }
}

/** @returns the response once it is complete, or undefined if the connection broke */
async function send(url: string, init: RequestInit): Promise<Response | undefined> {
  try {
    const response = await fetch(url, init);
    await response.arrayBuffer();
    return response;
  } catch {
    return undefined;
  }
}
