import { type Zippable, zipSync } from 'fflate';

/** A file of a zip: its bytes, or its bytes and the permission to run it. */
export type ZipFile = Uint8Array | { readonly bytes: Uint8Array; readonly isExecutable: boolean };

/**
 * Makes a zip file whose bytes depend on the contents only: sorted entries, one time, two modes, and deflate from a pinned
 * package. The output of zlib differs between versions of Node, and Lambda's CodeSha256 is the hash of the zip.
 *
 * @param files - files by path
 */
export function zip(files: Readonly<Record<string, ZipFile>>): Uint8Array {
  const entries: Zippable = {};
  for (const path of Object.keys(files).sort()) {
    const file = files[path] as ZipFile;
    const [bytes, isExecutable] =
      file instanceof Uint8Array ? [file, false] : [file.bytes, file.isExecutable];
    // Zip files hold local time, so this is the same everywhere. 3: made on Unix, which has modes.
    entries[path] = [
      bytes,
      { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: (isExecutable ? executable : readable) << 16 },
    ];
  }
  return zipSync(entries);
}

/** Modes of files that everyone may read, or run: Lambda unpacks and runs under different accounts. */
const readable = 0o100644;
const executable = 0o100755;
