import type { Manifest } from './files/manifest.ts';

const isSdk = (name: string) => /^@(?:aws-sdk|smithy)\//.test(name);

/**
 * Says if the bundle of a package may contain the AWS SDK. A bundle contains only what package.json files declare, so that no
 * code has to be read.
 *
 * @param libs - the libs of the workspace, by package name
 */
export function usesAwsSdk(manifest: Manifest, libs: ReadonlyMap<string, Manifest>): boolean {
  const seen = new Set([manifest]);
  // A Set is iterated with what is added meanwhile.
  for (const { dependencies, optionalDependencies, peerDependencies } of seen) {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      if (isSdk(name)) return true;
      const lib = libs.get(name);
      if (lib) seen.add(lib);
    }
  }
  return false;
}
