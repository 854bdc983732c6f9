import { kv, Reply, Request } from "@backworks/pdk";

export function processEndpoint(request: Request): Reply {
  const id = request.param("id");
  if (id === null) return Reply.problem(404, { title: "A note needs a name" });
  if (request.method === "GET") return read(id);
  if (request.method === "PUT") return write(id, request.text());
  if (request.method === "DELETE") return remove(id);
  const reply = Reply.problem(405, { title: "A note can be read, written and deleted" });
  reply.setHeader("allow", "GET, PUT, DELETE");
  return reply;
}

function read(id: string): Reply {
  const note = kv.get(id);
  return note === null ? missing(id) : Reply.text(200, note);
}

function write(id: string, note: string): Reply {
  if (note.length === 0) return Reply.problem(422, { title: "A note needs a text" });
  const isNew = kv.get(id) === null;
  kv.set(id, note);
  return Reply.empty(isNew ? 201 : 204);
}

function remove(id: string): Reply {
  return kv.delete(id) ? Reply.empty(204) : missing(id);
}

function missing(id: string): Reply {
  return Reply.problem(404, { title: "No such note", detail: `there is no note "${id}"` });
}
