import { giveText, takeText } from "./blocks";
import { resultOf } from "./fault";
import * as host from "./host";

/** Databases that the operator has set up. Needs `capabilities: { sql: [database] }`. */
export namespace sql {
  /** Runs a statement with parameters, a JSON array. Its rows are a JSON array of objects. */
  export function queryJson(database: string, statement: string, parametersJson: string): string {
    const name = giveText(database);
    const text = giveText(statement);
    return takeText(resultOf(host.sqlQuery(name, text, giveText(parametersJson))));
  }
}
