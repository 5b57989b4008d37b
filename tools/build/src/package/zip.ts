import { type Zippable, zipSync } from 'fflate';

/**
 * Makes a zip file whose bytes depend on nothing but the contents: sorted entries, one time, one mode, and a deflate
 * that is a pinned package. zlib's output differs between Node's versions, and Lambda's CodeSha256 is that of the zip.
 *
 * @param files - contents by path
 */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries: Zippable = {};
  for (const path of Object.keys(files).sort()) {
    // Zip knows only local time, so this is the same everywhere. 3: made on Unix, where modes are.
    entries[path] = [
      files[path] as Uint8Array,
      { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: readableFile << 16 },
    ];
  }
  return zipSync(entries);
}

/** An ordinary file that everyone may read: Lambda runs as another user than the one who unpacks. */
const readableFile = 0o100644;
