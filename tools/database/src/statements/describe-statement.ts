import type { Client, Connection, FieldDef, Submittable } from 'pg';

/** A statement in the eyes of the server, which has not run it. */
export interface Description {
  /** Object ids of the types of its parameters. */
  readonly parameters: readonly number[];
  readonly columns: readonly FieldDef[];
}

/**
 * Lets the server parse a statement and describe it. Nothing runs.
 *
 * @throws DatabaseError when the server refuses the statement
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export function describeStatement(client: Client, text: string): Promise<Description> {
  return new Promise((resolve, reject) => {
    client.query(new Describe(text, resolve, reject));
  });
}

/** A query in the form that `pg` takes from extensions, such as pg-cursor. */
class Describe implements Submittable {
  readonly #text: string;
  readonly #resolve: (description: Description) => void;
  readonly #reject: (error: Error) => void;
  #parameters: readonly number[] = [];
  #columns: readonly FieldDef[] = [];

  constructor(text: string, resolve: (description: Description) => void, reject: (error: Error) => void) {
    this.#text = text;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  readonly #keepParameters = ({ dataTypeIDs }: { dataTypeIDs: readonly number[] }): void => {
    this.#parameters = dataTypeIDs;
  };

  submit(connection: Connection): void {
    connection.on('parameterDescription', this.#keepParameters);
    connection.parse({ name: '', text: this.#text, types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  }

  handleRowDescription({ fields }: { fields: readonly FieldDef[] }): void {
    this.#columns = fields;
  }

  handleReadyForQuery(connection: Connection): void {
    connection.off('parameterDescription', this.#keepParameters);
    this.#resolve({ parameters: this.#parameters, columns: this.#columns });
  }

  handleError(error: Error, connection: Connection): void {
    connection.off('parameterDescription', this.#keepParameters);
    this.#reject(error);
  }
}
