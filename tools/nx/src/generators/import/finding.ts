/** A part of the imported file that the workspace has no counterpart of, or that needs a look. */
export interface Finding {
  /** Relative to the workspace root. */
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** Keys from the top of the file, or what the line has. */
  readonly key: string;
  /** Reason, and the way out where there is one. */
  readonly reason: string;
}

/** Findings with one reason, which is said once. */
export interface FindingGroup {
  readonly reason: string;
  /** `serverless.yml:12 provider.region`, in the order of files and lines. */
  readonly places: readonly string[];
}

/** Groups findings by their reasons, in the order of the first line of each. A finding that is there twice counts once. */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const sorted = [...findings].sort((a, b) =>
    a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
  );
  return [...Map.groupBy(sorted, ({ reason }) => reason)].map(([reason, group]) => ({
    reason,
    places: [...new Set(group.map(({ file, line, key }) => `${file}:${line} ${key}`))],
  }));
}
