import { type Zippable, zipSync } from 'fflate';

/**
 * Makes a zip file whose bytes depend on the contents only: sorted entries, one time, one mode, and deflate from a pinned
 * package. The output of zlib differs between versions of Node, and Lambda's CodeSha256 is the hash of the zip.
 *
 * @param files - contents by path
 */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries: Zippable = {};
  for (const path of Object.keys(files).sort()) {
    // Zip files hold local time, so this is the same everywhere. 3: made on Unix, which has modes.
    entries[path] = [
      files[path] as Uint8Array,
      { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: readableFile << 16 },
    ];
  }
  return zipSync(entries);
}

/** Mode of a file that everyone may read: Lambda unpacks and runs under different accounts. */
const readableFile = 0o100644;
