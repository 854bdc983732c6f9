import type { CapabilityFault } from "../../contracts/capabilities.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";
import { CapabilityError } from "../../sandbox/capabilities/capability-error.ts";
import type { SqlService } from "../../sandbox/capabilities/peers.ts";
import type { Misses } from "./misses.ts";

/** A statement that the plugin may run, and what it gets. The first that fits counts. */
export interface SqlAnswer {
  /** Default: any. */
  readonly database?: string;
  /** Exact but for white space, or ending in `*` for everything that begins so. */
  readonly statement: string;
  /** Default: any. */
  readonly parameters?: readonly Json[];
  /** Default: none. */
  readonly rows?: readonly JsonObject[];
  /** Instead of rows. */
  readonly fault?: CapabilityFault;
}

/** A statement as the plugin ran it. */
export interface RunStatement {
  readonly database: string;
  readonly statement: string;
  readonly parameters: readonly Json[];
}

/** Databases that are not there. */
export class SqlDouble implements SqlService {
  readonly statements: RunStatement[] = [];
  readonly #answers: readonly SqlAnswer[];
  readonly #misses: Misses;

  constructor(answers: readonly SqlAnswer[], misses: Misses) {
    this.#answers = answers;
    this.#misses = misses;
  }

  readonly query: SqlService["query"] = async (database, statement, parameters) => {
    const run = { database, statement, parameters };
    this.statements.push(run);
    const found = this.#answers.find((answer) => fits(answer, run));
    if (found === undefined) {
      const asked = `sql: no answer for ${plain(statement)} with ${JSON.stringify(parameters)} on ${database}`;
      throw this.#misses.miss(
        asked,
        this.#answers.map(({ statement: known, parameters: bound, database: on = "any" }) => {
          const values = bound === undefined ? "" : ` with ${JSON.stringify(bound)}`;
          return `${plain(known)}${values} on ${on}`;
        }),
      );
    }
    if (found.fault !== undefined) throw new CapabilityError(found.fault, `sql: ${found.fault}`);
    return found.rows ?? [];
  };
}

function fits({ database, statement, parameters }: SqlAnswer, run: RunStatement): boolean {
  if (database !== undefined && database !== run.database) return false;
  if (parameters !== undefined && JSON.stringify(parameters) !== JSON.stringify(run.parameters)) {
    return false;
  }
  const [wanted, found] = [plain(statement), plain(run.statement)];
  return wanted.endsWith("*") ? found.startsWith(wanted.slice(0, -1)) : found === wanted;
}

function plain(statement: string): string {
  return statement.trim().replaceAll(/\s+/g, " ");
}
