/** Requests to a function, which arrive at random (a Poisson process). */
export interface Arrivals {
  readonly requestsPerSecond: number;
  /** Mean duration of a request. */
  readonly serviceSeconds: number;
}
