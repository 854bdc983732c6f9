import type { Json } from "./json.ts";
import { checkText } from "./runtime/arguments.ts";
import { callForText, findService } from "./runtime/service.ts";

/**
 * Databases of the host, by the names that the operator gives them. Needs
 * `capabilities: { sql: [DATABASE] }`. Values are bound, never put into the statement.
 */
export interface Sql {
  /** Runs a statement and answers its rows. Nothing checks that each is a `T`. */
  query<T = Readonly<Record<string, Json>>>(
    database: string,
    statement: string,
    parameters?: readonly Json[],
  ): T[];
  /** The same with parameters and rows as JSON: an array, and an array of objects. */
  queryJson(database: string, statement: string, parametersJson: string): string;
}

const QUERY = findService("bw_sql_query");

export const sql: Sql = {
  query: (database, statement, parameters = []) =>
    JSON.parse(sql.queryJson(database, statement, JSON.stringify(parameters))),
  queryJson: (database, statement, parametersJson) =>
    callForText(
      QUERY,
      checkText("the name of a database", database),
      checkText("a statement", statement),
      checkText("the parameters", parametersJson),
    ) ?? "[]",
};
