import { isIPv4 } from 'node:net';

/** @returns true for an address or a name that only this machine can reach */
export function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || (isIPv4(host) && host.startsWith('127.'));
}

/** @returns an address if it is of loopback, else one that is */
export function loopbackOf(address: string): string {
  return isLoopback(address) ? address : '127.0.0.1';
}
