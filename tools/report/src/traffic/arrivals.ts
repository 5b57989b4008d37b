/** Requests of a function, which arrive at random (a Poisson process). */
export interface Arrivals {
  readonly requestsPerSecond: number;
  /** How long one takes, on average. */
  readonly serviceSeconds: number;
}
