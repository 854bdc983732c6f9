import { IncomingMessage, ServerResponse, createServer } from "node:http";
import type { RequestListener, Server, ServerOptions } from "node:http";
import express from "express";

/**
 * A Node server whose requests pass an Express application with `handle` as its only middleware.
 *
 * Express gives each request and response the prototypes of its application. Changing the prototype
 * of a live object makes V8 forget what it knows of its shape, which costs a fifth of a small
 * request; so our objects are born with those prototypes, and Express has nothing left to change.
 */
export function createShell(handle: RequestListener, options: ServerOptions): Server {
  const app = express();
  app.set("etag", false);
  app.set("x-powered-by", false);
  app.use((req, res) => handle(req, res));

  class ShellRequest extends IncomingMessage {}
  class ShellResponse extends ServerResponse {}
  const prototypes = { request: ShellRequest.prototype, response: ShellResponse.prototype };
  Object.setPrototypeOf(prototypes.request, app.request);
  Object.setPrototypeOf(prototypes.response, app.response);
  Object.assign(app, prototypes);

  const server = createServer(
    { ...options, IncomingMessage: ShellRequest, ServerResponse: ShellResponse },
    app,
  );
  // Without these listeners Node answers expectations itself: before the route is known, or with a
  // bare 417 where the request may as well be served (RFC 9110 10.1.1).
  server.on("checkContinue", app);
  server.on("checkExpectation", app);
  return server;
}
