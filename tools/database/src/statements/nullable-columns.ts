import pg, { type Client, type FieldDef } from 'pg';

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

/** Statements that have a plan. */
const planned = /^\s*(?:SELECT|WITH|VALUES|INSERT|UPDATE|DELETE|MERGE)\b/i;

/**
 * Only a plan tells the sides of joins, and only those of the statement itself. The generic plan needs no values; before PostgreSQL 16,
 * there is none, and nothing is known.
 */
async function columnsThatMayBeMissing(client: Client, text: string): Promise<ReadonlySet<number>> {
  if (!/\bjoin\b/i.test(text) || !planned.test(text)) return new Set();
  const { rows } = await client
    .query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`EXPLAIN (VERBOSE, GENERIC_PLAN, FORMAT JSON) ${text}`)
    .catch(unlessRefused);
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  const missing = new Set(plan && outputsThatMayBeMissing(plan));
  return new Set(plan?.Output?.flatMap((output, index) => (missing.has(output) ? [index] : [])));
}

/** @throws what is no error of the server */
function unlessRefused(error: unknown): { readonly rows: [] } {
  if (error instanceof pg.DatabaseError) return { rows: [] };
  throw error;
}

/** Sides of a join that may have no row, by the type of the join. Anti: there is none. */
const sides: Readonly<Record<string, readonly string[]>> = {
  Left: ['Inner'],
  Anti: ['Inner'],
  Right: ['Outer'],
  'Right Anti': ['Outer'],
  Full: ['Outer', 'Inner'],
};

function outputsThatMayBeMissing({ 'Join Type': join, Plans: plans = [] }: PlanNode): readonly string[] {
  return plans.flatMap((plan) => [
    ...(sides[join ?? '']?.includes(plan['Parent Relationship'] ?? '') ? (plan.Output ?? []) : []),
    ...outputsThatMayBeMissing(plan),
  ]);
}
