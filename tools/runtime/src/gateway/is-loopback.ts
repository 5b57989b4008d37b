import { isIPv4 } from 'node:net';

/** @returns true for an address or a name that only this machine can reach */
export function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || (isIPv4(host) && host.startsWith('127.'));
}

/** @returns the address if it is a loopback address, otherwise 127.0.0.1 */
export function loopbackOf(address: string): string {
  return isLoopback(address) ? address : '127.0.0.1';
}
