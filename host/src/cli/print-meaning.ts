import type { Edits } from "../contracts/exchange.ts";
import type { HookName } from "../contracts/hooks.ts";
import type { MessageAnswer } from "../contracts/messages.ts";
import { challengeOf, type Verdict } from "../contracts/security.ts";
import { escapeText } from "../lib/escape.ts";
import { describeBytes } from "./bytes.ts";
import type { Meaning } from "../workbench/meaning.ts";

/** What an output means, as a heading and rows; undefined when it is just bytes. */
export function meaningRows(
  meaning: Meaning,
  hook: HookName,
): { readonly heading: string; readonly rows: string[][] } | undefined {
  switch (meaning.kind) {
    case "edits":
      return { heading: "edits", rows: editRows(meaning.edits, hook) };
    case "verdict":
      return { heading: "verdict", rows: verdictRows(meaning.verdict) };
    case "answer":
      return { heading: "answer", rows: answerRows(meaning.answer) };
    case "raw":
      return undefined;
  }
}

function editRows(edits: Edits, hook: HookName): string[][] {
  const { status, headers, target, context, body } = edits;
  const rows: string[][] = [];
  if (status !== undefined) {
    rows.push([hook === "before_request" ? "answers now with" : "status", String(status)]);
  }
  for (const edit of headers) {
    const what = edit.kind === "remove" ? edit.name : `${edit.name}: ${edit.value}`;
    rows.push([{ set: "sets", append: "appends", remove: "removes" }[edit.kind], escapeText(what)]);
  }
  if (target !== undefined) rows.push(["rewrites the target to", target]);
  for (const [key, json] of context) rows.push([`provides ${key}`, escapeText(json)]);
  if (body !== undefined) rows.push(["body", `${body.length} bytes`]);
  return rows;
}

function verdictRows(verdict: Verdict | undefined): string[][] {
  switch (verdict?.kind) {
    case undefined:
      return [["no opinion"]];
    case "allowed":
      return [["allowed"]];
    case "identified": {
      const { subject, roles, claims } = verdict.identity;
      const own = Object.entries(claims).map(([name, value]) => [
        `claim ${escapeText(name, 60)}`,
        escapeText(JSON.stringify(value)),
      ]);
      return [["identified", escapeText(subject)], ...roles.map(roleRow), ...own];
    }
    case "denied": {
      const { reason, status } = verdict;
      const challenge = challengeOf(verdict);
      const whose = verdict.challenge === undefined ? " (the host's: the verdict names none)" : "";
      const back = challenge === undefined ? [] : [["challenge", `${challenge}${whose}`]];
      return [["denied", escapeText(reason)], ["status", String(status)], ...back];
    }
  }
}

function roleRow(role: string): string[] {
  return ["role", escapeText(role)];
}

function answerRows({ state, close, bytes }: MessageAnswer): string[][] {
  return [
    ...(state === undefined ? [] : [["keeps the state", escapeText(state)]]),
    ...(bytes === undefined ? [] : [["sends", `${bytes.length} bytes`]]),
    ...(close ? [["closes the connection"]] : []),
  ];
}

/** The same for machines. */
export function describeMeaning(meaning: Meaning): Readonly<Record<string, unknown>> {
  switch (meaning.kind) {
    case "edits": {
      const { edits } = meaning;
      const body = edits.body !== undefined && describeBytes("body", edits.body);
      return { edits: { ...edits, ...body } };
    }
    case "verdict": {
      // `null`: no opinion.
      const { verdict = null } = meaning;
      if (verdict?.kind !== "identified") return { verdict: verdict && renamed(verdict) };
      return { verdict: { outcome: "identified", ...verdict.identity } };
    }
    case "answer": {
      const { state, close, bytes } = meaning.answer;
      const sends = bytes !== undefined && describeBytes("bytes", bytes);
      return { answer: { close, ...(state !== undefined && { state }), ...sends } };
    }
    case "raw":
      return {};
  }
}

/** In its JSON a verdict has an outcome. */
function renamed({ kind, ...rest }: Exclude<Verdict, { kind: "identified" }>): object {
  return { outcome: kind, ...rest };
}
