import type { Arrivals } from './arrivals.ts';

/**
 * The probabilities that n requests under way become no more in some seconds, for n from 0 to `most`. Their Laplace
 * transforms are those of first passage times of a birth-death process. Abate's and Whitt's Euler method inverts them, exact
 * to about seven digits.
 *
 * @see https://doi.org/10.1287/ijoc.7.1.36
 */
export function staysBelow(
  most: number,
  { requestsPerSecond, serviceSeconds }: Arrivals,
  seconds: number,
): Float64Array {
  const probabilities = new Float64Array(most + 1);
  const real = shift / (2 * seconds);
  const scale = Math.exp(shift / 2) / seconds;
  for (const [k, weight] of weights.entries()) {
    const imaginary = (k * Math.PI) / seconds;
    const square = real * real + imaginary * imaginary;
    // g is the transform of the time from n to n + 1, at a complex number z. From 0 it takes an arrival; from n, an arrival,
    // or a departure and two steps back. The transform of not arriving in time is (1 - g) / z.
    let [gReal, gImaginary] = [0, 0];
    for (let n = 0; n <= most; n++) {
      const departures = n / serviceSeconds;
      const downReal = requestsPerSecond + departures + real - departures * gReal;
      const downImaginary = imaginary - departures * gImaginary;
      const factor = requestsPerSecond / (downReal * downReal + downImaginary * downImaginary);
      gReal = factor * downReal;
      gImaginary = -factor * downImaginary;
      const value = ((1 - gReal) * real - gImaginary * imaginary) / square;
      probabilities[n] = (probabilities[n] as number) + scale * weight * value;
    }
  }
  return probabilities.map((one) => Math.min(1, Math.max(0, one)));
}

/** The error of the inversion is exp(-shift), for a function between 0 and 1. */
const shift = 18.4;
const terms = 20;
const averages = 11;

/** Weights of an alternating sum. Averages of partial sums end it early. */
const weights = Array.from({ length: terms + averages + 1 }, (_, k) => {
  const sign = k % 2 === 0 ? 1 : -1;
  const counted = binomials(averages).slice(Math.max(0, k - terms));
  const share = counted.reduce((sum, one) => sum + one, 0) / 2 ** averages;
  return k === 0 ? 1 / 2 : sign * share;
});

function binomials(n: number): number[] {
  const row = [1];
  for (let k = 0; k < n; k++) row.push(((row[k] as number) * (n - k)) / (k + 1));
  return row;
}
