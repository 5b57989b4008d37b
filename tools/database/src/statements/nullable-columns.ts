import type { Client, FieldDef } from 'pg';

/** A node of a plan: the part that tells which side of a join may be missing. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Join Type'?: string;
  readonly 'Parent Relationship'?: string;
  readonly Output?: readonly string[];
  readonly Plans?: readonly PlanNode[];
}

/**
 * The columns of a statement that may be null, as far as the server knows: columns of tables without NOT NULL, and those of the
 * side of an outer join that may be missing. Computed columns are unknown.
 *
 * @returns true, false or undefined for each column
 */
export async function nullableColumns(
  client: Client,
  text: string,
  columns: readonly FieldDef[],
): Promise<readonly (boolean | undefined)[]> {
  const { rows } = await client.query<{ key: string; nullable: boolean }>(
    // Views have no NOT NULL of their own.
    `SELECT attrelid || ' ' || attnum AS key, NOT attnotnull AS nullable
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE attrelid = ANY ($1::oid[]) AND relkind IN ('r', 'p', 'f')`,
    [columns.map(({ tableID }) => tableID)],
  );
  const nullable = new Map(rows.map((row) => [row.key, row.nullable]));
  const missing = await columnsThatMayBeMissing(client, text);
  return columns.map(({ tableID, columnID }, index) =>
    missing.has(index) ? true : nullable.get(`${tableID} ${columnID}`),
  );
}

/** Only a plan tells the sides of joins. The generic plan needs no values. */
async function columnsThatMayBeMissing(client: Client, text: string): Promise<ReadonlySet<number>> {
  if (!/\bjoin\b/i.test(text)) return new Set();
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (VERBOSE, GENERIC_PLAN, FORMAT JSON) ${text}`,
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  const missing = new Set(plan && outputsThatMayBeMissing(plan));
  return new Set(plan?.Output?.flatMap((output, index) => (missing.has(output) ? [index] : [])));
}

function outputsThatMayBeMissing({ 'Join Type': join, Plans: plans = [] }: PlanNode): readonly string[] {
  const sides =
    join === 'Full' ? ['Outer', 'Inner'] : join === 'Left' ? ['Inner'] : join === 'Right' ? ['Outer'] : [];
  return plans.flatMap((plan) => [
    ...(sides.includes(plan['Parent Relationship'] ?? '') ? (plan.Output ?? []) : []),
    ...outputsThatMayBeMissing(plan),
  ]);
}
