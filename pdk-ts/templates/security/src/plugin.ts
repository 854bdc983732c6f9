import { log, Reply, Request, secrets, Verdict } from "@backworks/pdk";

export function authenticate(request: Request): Verdict | null {
  const key = request.header("x-api-key");
  if (key === null) return Verdict.denied("an API key is needed (header x-api-key)");
  const lines = secrets.get("api_keys").split("\n");
  let found: Verdict | null = null;
  // All lines, whether one fits or not: the time tells nobody how far a guess got.
  for (let i = 0; i < lines.length; i++) {
    const words = lines[i]!.trim().split(" ");
    if (words.length > 1 && isSame(words[0]!, key)) {
      found = Verdict.identified(words[1]!, words.slice(2));
    }
  }
  return found === null ? Verdict.denied("this API key is not known") : found;
}

export function authorize(request: Request): Verdict | null {
  if (request.method !== "DELETE") return null;
  const identity = request.identity();
  if (identity !== null && identity.roles.includes("admin")) return Verdict.allowed();
  return Verdict.denied("only an admin deletes");
}

export function auditLog(request: Request, reply: Reply): void {
  const identity = request.identity();
  const who = identity === null ? "somebody unknown" : identity.subject;
  log.info(`${who}: ${request.method} ${request.path} → ${reply.status}`);
}

/** Takes as long for a wrong first letter as for a wrong last one. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) {
    difference |= a.charCodeAt(i) ^ (b.length > 0 ? b.charCodeAt(i % b.length) : 0);
  }
  return difference === 0;
}
