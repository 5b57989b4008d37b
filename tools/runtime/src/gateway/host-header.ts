import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isLoopback } from './is-loopback.ts';

/** Rule that tells whether a Host header names this machine. */
export type IsOwnHost = (header: string | undefined) => boolean;

/**
 * Makes the rule of a server on an address. A page of the web can make its own name point to this machine (DNS rebinding) and then
 * send and read as a page of the same origin, but its requests have its name in the Host header.
 *
 * @param address - where the server listens. On other addresses than loopback, it has any address and the name of this machine
 * @param names - further names, such as those of a proxy
 */
export function ownHost(address: string, names: readonly string[] = []): IsOwnHost {
  const known = new Set([address, ...names].map((name) => hostOf(name) ?? name));
  const isOpen = !isLoopback(address);
  const machine = hostname().toLowerCase();
  return (header) => {
    const host = hostOf(header);
    if (host === undefined) return false;
    if (isLoopback(host) || known.has(host)) return true;
    // An address cannot be made to point elsewhere.
    return isOpen && (isIP(host) !== 0 || host === machine || host === `${machine}.local`);
  };
}

/** @returns the host of a header without its port, as a browser normalises it; undefined when it is malformed */
export function hostOf(header: string | undefined): string | undefined {
  if (!header || /[\s/\\?#@]/.test(header)) return undefined;
  const bracketed = isIP(header) === 6 ? `[${header}]` : header;
  return URL.parse(`http://${bracketed}`)?.hostname.replace(/^\[|\]$/g, '');
}
