import { config, Reply, type Request } from "@backworks/pdk";

/** What the probe is told by its configuration: names to read, or edits to make. */
export interface ProbePlan {
  readonly headers: readonly string[];
  readonly responseHeaders: readonly string[];
  readonly params: readonly string[];
  readonly context: readonly string[];
  readonly body: boolean;
  readonly edits?: ProbeEdits;
}

export interface ProbeEdits {
  readonly status?: number | undefined;
  readonly target?: string | undefined;
  readonly headers: readonly { kind: string; name: string; value?: string }[];
  readonly context: readonly (readonly [key: string, json: string])[];
  /** A text, or bytes. */
  readonly body?: string | readonly number[] | undefined;
}

/** What the probe saw of an exchange. */
export interface ProbeReport {
  readonly request: readonly string[];
  readonly facts: readonly string[];
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly params: Readonly<Record<string, string | null>>;
  readonly context: Readonly<Record<string, unknown>>;
  readonly status: number | null;
  readonly responseHeaders: Readonly<Record<string, readonly string[]>>;
  readonly body: readonly number[] | null;
}

/** A plugin that shows all it sees of a frame, or makes the edits it is told to. */
export function beforeRequest(request: Request): Reply | undefined {
  const plan = config.all<ProbePlan>();
  if (plan.edits === undefined) return Reply.json(200, look(request, undefined, plan));
  const { status, target } = plan.edits;
  if (target !== undefined) request.setTarget(target);
  const reply = status === undefined ? undefined : Reply.empty(status);
  edit(reply ?? request, request, plan.edits);
  return reply;
}

export function processEndpoint(request: Request): Reply {
  const plan = config.all<ProbePlan>();
  if (plan.edits === undefined) return Reply.json(200, look(request, undefined, plan));
  const reply = Reply.empty(plan.edits.status ?? 200);
  edit(reply, request, plan.edits);
  return reply;
}

export function afterResponse(request: Request, reply: Reply): void {
  const plan = config.all<ProbePlan>();
  if (plan.edits === undefined) {
    reply.setBody(JSON.stringify(look(request, reply, plan)));
    return;
  }
  if (plan.edits.status !== undefined) reply.status = plan.edits.status;
  edit(reply, request, plan.edits);
}

function look(request: Request, reply: Reply | undefined, plan: ProbePlan): ProbeReport {
  return {
    request: [request.method, request.target],
    facts: [request.id, request.route, request.client],
    headers: collect(plan.headers, (name) => request.headers(name)),
    params: collect(plan.params, (name) => request.param(name)),
    context: collect(plan.context, (key) => request.context(key)),
    status: reply?.status ?? null,
    responseHeaders: collect(plan.responseHeaders, (name) => reply?.headers(name) ?? []),
    body: plan.body ? [...(reply ?? request).bytes()] : null,
  };
}

function edit(message: Request | Reply, request: Request, edits: ProbeEdits): void {
  for (const { kind, name, value = "" } of edits.headers) {
    if (kind === "set") message.setHeader(name, value);
    else if (kind === "append") message.appendHeader(name, value);
    else message.removeHeader(name);
  }
  for (const [key, json] of edits.context) request.provide(key, JSON.parse(json));
  const { body } = edits;
  if (body === undefined) return;
  message.setBody(typeof body === "string" ? body : Uint8Array.from(body));
}

function collect<T>(names: readonly string[], read: (name: string) => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}
