/** A value in a source file, with the lines of its parts. */
export interface SourceValue {
  /** The entry of a map or list; undefined when the text does not show it. */
  entry(key: string): { readonly line: number; readonly value: SourceValue } | undefined;
  /** The text of a scalar, which may name another file: `${file(functions.yml):create}`. */
  readonly text?: string | undefined;
}
