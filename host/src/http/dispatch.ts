import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { EMPTY_BODY } from "../contracts/exchange.ts";
import type { Exchange, Handler, ResponseMessage } from "../contracts/exchange.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { escapeLines, escapeText } from "../lib/escape.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import { pathOf } from "../lib/path.ts";
import { logAccess } from "./access-log.ts";
import { answerBrokenRequest } from "./broken.ts";
import type { Refusal } from "./broken.ts";
import { checkAnnounced, hasBody, lingerThenEnd, readBody } from "./body.ts";
import { allowResponse, isClientsBody, problemResponse, statusOf } from "./problem.ts";
import { PendingAnswers } from "./pending.ts";
import {
  clientOf,
  expectsContinue,
  headersOf,
  requestIdOf,
  targetOf,
  traceIdOf,
} from "./request.ts";
import { endWith, writeHead } from "./response.ts";
import type { RoutePattern, Router } from "./router.ts";

/** A route and what answers it. */
export interface HttpRoute extends RoutePattern {
  readonly handler: Handler;
  /** Begins with each request, and is told its answer when that is written; it never throws. */
  readonly audit?: ((exchange: Exchange) => (answer: ResponseMessage) => void) | undefined;
}

/** One answer, as figures are kept of it. */
export interface Answer {
  readonly method: string;
  /** Id of the matched route. */
  readonly route: string | undefined;
  readonly status: number;
  /** From the head of the request to its answer. */
  readonly durationMs: number;
}

export type ObserveAnswer = (answer: Answer) => void;

export interface DispatchOptions {
  readonly router: Router<HttpRoute>;
  readonly bodyBytesMax: number;
  readonly headersMax: number;
  readonly isDraining: () => boolean;
  readonly observe?: ObserveAnswer | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** One request while it is answered. */
interface Visit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly id: string;
  readonly startedMs: number;
  route: string | undefined;
  /** Is told the answer. */
  audit: ((answer: ResponseMessage) => void) | undefined;
  /** The request has a body that nobody has read to its end. */
  unread: boolean;
  /** What was answered when its body broke off. */
  refusal: Refusal | undefined;
  /** Of the problem that was its answer. */
  traceId: string | undefined;
}

/** For the access log alone, with nginx's status: nobody was left to be answered. */
const GONE: Refusal = { status: 499, bytes: 0 };

/**
 * Takes requests from Node's parser to their routes and writes what the handlers answer. What needs
 * no waiting is answered in the same turn, without a promise.
 */
export class Dispatcher {
  readonly #options: DispatchOptions;
  readonly pending: PendingAnswers = new PendingAnswers();
  /** Connections on which a body is coming in, and whose it is: the last request's of each. */
  readonly #receiving = new Map<Socket, Visit>();

  constructor(options: DispatchOptions) {
    this.#options = options;
  }

  /** Answers bytes that Node's parser refuses: a request that never was one, or a broken body. */
  refuse(error: Error, socket: Socket): void {
    const visit = this.#receiving.get(socket);
    const requestId = visit?.id ?? this.#options.ids();
    const traceId = visit === undefined ? requestId : traceIdOf(visit.req, requestId);
    const isAnswering = this.pending.countOf(socket) > (visit === undefined ? 0 : 1);
    const broken = { error, socket, isAnswering, requestId, traceId };
    const refusal = answerBrokenRequest(broken, this.#options.logger);
    if (visit !== undefined) Object.assign(visit, { refusal, traceId });
  }

  /** Never throws: whatever goes wrong becomes an answer. */
  handle(req: IncomingMessage, res: ServerResponse): void {
    const { clock, ids, logger, observe } = this.#options;
    const isTimed = observe !== undefined || logger.isLevelEnabled("info");
    const visit: Visit = {
      req,
      res,
      id: requestIdOf(req, ids),
      startedMs: isTimed ? clock.monotonicMs() : 0,
      route: undefined,
      audit: undefined,
      unread: hasBody(req),
      refusal: undefined,
      traceId: undefined,
    };
    try {
      const answer = this.#answer(visit);
      if (answer instanceof Promise) void this.#settle(visit, answer);
      else this.#write(visit, answer);
    } catch (error) {
      this.#fail(visit, error);
    }
  }

  #answer(visit: Visit): ResponseMessage | Promise<ResponseMessage | undefined> {
    const { req } = visit;
    const { router, headersMax } = this.#options;
    const headers = headersOf(req, headersMax);
    const method = req.method ?? "GET";
    if (req.url === "*" && method === "OPTIONS") return allowResponse(["GET", "HEAD", "OPTIONS"]);
    const target = targetOf(req);
    const match = router(method, pathOf(target));
    if (match.kind === "options") return allowResponse(match.allow);
    if (match.kind === "method_not_allowed") throw notAllowed(match.allow, method, target);
    if (match.kind === "not_found") throw notFound(router, method, target);

    visit.route = match.route.id;
    const exchange: Exchange = {
      id: visit.id,
      route: match.route.id,
      client: clientOf(req),
      params: match.params,
      request: { method, target, headers, body: EMPTY_BODY },
      response: undefined,
      context: new Map(),
    };
    visit.audit = match.route.audit?.(exchange);
    if (!visit.unread) return match.route.handler(exchange);
    return this.#receive(visit, exchange, match.route.handler);
  }

  async #receive(
    visit: Visit,
    exchange: Exchange,
    handler: Handler,
  ): Promise<ResponseMessage | undefined> {
    const { req, res } = visit;
    const { bodyBytesMax } = this.#options;
    const isAsking = expectsContinue(req);
    checkAnnounced(req, bodyBytesMax);
    if (isAsking) res.writeContinue();
    this.#receiving.set(req.socket, visit);
    const body = await readBody(req, bodyBytesMax).finally(() => {
      this.#receiving.delete(req.socket);
    });
    if (body === undefined) return undefined;
    visit.unread = false;
    exchange.request = { ...exchange.request, body };
    return await handler(exchange);
  }

  async #settle(visit: Visit, answer: Promise<ResponseMessage | undefined>): Promise<void> {
    using _ = this.pending.hold(visit.req.socket);
    try {
      const message = await answer;
      if (message === undefined) this.#log(visit, visit.refusal ?? GONE);
      else this.#write(visit, message);
    } catch (error) {
      this.#fail(visit, error);
    }
  }

  #write(visit: Visit, message: ResponseMessage): void {
    const { req, res, unread } = visit;
    const bytes = writeHead(res, message, {
      requestId: visit.id,
      close: unread || this.#options.isDraining(),
      headOnly: req.method === "HEAD",
    });
    if (unread) {
      if (bytes === 0) res.flushHeaders();
      else res.write(message.body);
      void this.#linger(visit);
    } else {
      endWith(res, message.body, bytes);
    }
    this.#log(visit, { status: message.status, bytes });
    visit.audit?.(message);
  }

  async #linger({ req, res }: Visit): Promise<void> {
    using _ = this.pending.hold(req.socket);
    await lingerThenEnd(req, res, this.#options.clock);
  }

  #fail(visit: Visit, error: unknown): void {
    const { req, res, id } = visit;
    const traceId = traceIdOf(req, id);
    visit.traceId = traceId;
    this.#report(visit, error);
    // Only a bug can bring us here with a head already sent: then the half response must not end well.
    if (res.headersSent) res.destroy();
    else this.#write(visit, problemResponse(error, traceId));
  }

  /**
   * Errors of clients are in the access log; what failed on our side is told with its cause, as is a
   * plugin's limit that a client met, and a denial with the plugin that the client is not told of.
   */
  #report(visit: Visit, error: unknown): void {
    const { logger } = this.#options;
    const { route } = visit;
    const fields = { ...namesOf(visit), ...(route !== undefined && { route }) };
    if (!(error instanceof BackworksError)) {
      const stack = error instanceof Error ? error.stack : undefined;
      logger.error({ ...fields, stack }, `internal error: ${escapeLines(messageOf(error))}`);
      return;
    }
    const { plugin, hook, deniedBy, by } = error.details;
    const { code } = error;
    const status = statusOf(error);
    if (status >= 500 || isClientsBody(error)) {
      logger.warn({ ...fields, code, plugin, hook }, escapeLines(error.message));
    } else if (deniedBy !== undefined) {
      const denial = { ...fields, code, plugin: deniedBy, hook: by, status };
      logger.info(denial, `request denied: ${escapeText(error.message)}`);
    }
  }

  #log(visit: Visit, outcome: Refusal): void {
    const { logger, clock, observe } = this.#options;
    const isLogged = logger.isLevelEnabled("info");
    if (observe === undefined && !isLogged) return;
    const { req, res, route } = visit;
    const method = req.method ?? "";
    const durationMs = clock.monotonicMs() - visit.startedMs;
    observe?.({ method, route, status: outcome.status, durationMs });
    if (!isLogged) return;
    logAccess(logger, {
      ...namesOf(visit),
      method,
      path: pathOf(req.url ?? ""),
      route,
      durationMs,
      gone: outcome === GONE || (res.destroyed && visit.refusal === undefined),
      ...outcome,
    });
  }
}

/** The client was told a trace id: whoever has it finds the request, if its own id is another. */
function namesOf({ id, traceId }: Visit): {
  readonly requestId: string;
  readonly traceId?: string;
} {
  if (traceId === undefined || traceId === id) return { requestId: id };
  return { requestId: id, traceId };
}

function notAllowed(methods: readonly string[], method: string, target: string): BackworksError {
  const allow = methods.join(", ");
  return new BackworksError(
    "method_not_allowed",
    `${escapeText(pathOf(target))} does not answer ${method}: expected one of ${allow}`,
    { details: { allow } },
  );
}

/** The likeliest mistake is a slash at the end, or none. */
function notFound(router: Router<HttpRoute>, method: string, target: string): BackworksError {
  const path = pathOf(target);
  const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  const isNear = other !== "" && router(method, other).kind === "found";
  const hint = isNear ? `; there is one for ${escapeText(other)}` : "";
  return new BackworksError("route_not_found", `no route for ${method} ${escapeText(path)}${hint}`);
}
