import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@nanoservices/postgres/admin';
import pg from 'pg';

const channel = 'nanoservices_schema';

/** Makes the database tell {@link watchSchema} of each change of a schema or a right. For its superuser. */
export const schemaTriggerSql = `
CREATE SCHEMA IF NOT EXISTS nanoservices;
CREATE OR REPLACE FUNCTION nanoservices.tell_schema() RETURNS event_trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_catalog.pg_notify('${channel}', ''); END $$;
DROP EVENT TRIGGER IF EXISTS nanoservices_schema;
CREATE EVENT TRIGGER nanoservices_schema ON ddl_command_end EXECUTE FUNCTION nanoservices.tell_schema();`;

const pauseMs = 100;

/**
 * Watches the schema of a database.
 *
 * @param changed - called after each change, and when the database may have been replaced: a connection to it broke, or it
 * does not exist
 */
export function watchSchema(connectionString: string, changed: () => void): { close(): Promise<void> } {
  const closing = new AbortController();
  let client: pg.Client | undefined;
  const listen = async () => {
    client = new pg.Client({ connectionString, application_name: 'nanoservices watch', keepAlive: true });
    const ended = new Promise((resolve) => client?.once('end', resolve));
    client.on('error', () => {});
    client.on('notification', changed);
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      changed();
      await ended;
    } catch (error) {
      await client.end().catch(() => {});
      if ((error as { code?: string }).code === '3D000') changed();
    }
  };
  const watching = (async () => {
    while (!closing.signal.aborted) {
      await listen();
      await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  })();
  return {
    close: async () => {
      closing.abort();
      await client?.end().catch(() => {});
      await watching;
    },
  };
}

/** Installs the trigger. */
export async function tellSchemaChanges(connectionString: string): Promise<void> {
  const client = await connect(connectionString);
  try {
    await client.query(schemaTriggerSql);
  } finally {
    await client.end();
  }
}
