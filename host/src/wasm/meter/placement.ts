import type { Accounting } from "./accounting.ts";
import { EVENT, FLAG, LOOP, type Events } from "./events.ts";
import type { ScannedFunction } from "./scanner.ts";

/** A charge this high is checked at once, however the function goes on. */
const UNCHECKED_CHARGE_MAX = 1024;

/** What one activation may spend between checks; about 20 µs. */
const UNCHECKED_SUM_MAX = 1 << 16;

/** Compilers take time that grows faster than linearly with loops that share a local. */
const REGION_LOOPS_MAX = 500;

/** What one function gets. */
export interface Placement {
  readonly charges: number;
  readonly checks: number;
  readonly regions: number;
}

/** Decides where one function checks its fuel, and which of its loops keep the counter in a local. */
export function placeChecks(
  scanned: ScannedFunction,
  events: Events,
  accounting: Accounting,
): Placement {
  const { firstEvent, endEvent } = scanned;
  let charges = 0;
  let checks = 0;
  let loops = 0;
  let uncheckedSum = 0;
  for (let event = firstEvent; event < endEvent; event++) {
    if (events.kind(event) === EVENT.bulk) charges++;
    if (!events.isSegment(event)) continue;
    if (events.value(event) > 0) charges++;
    if (events.kind(event) === EVENT.header) loops++;
    if (placeCheck(event, events)) checks++;
    else uncheckedSum += events.value(event);
  }
  if (uncheckedSum > UNCHECKED_SUM_MAX) checks = checkEveryCharge(scanned, events);
  const regions = loops > REGION_LOOPS_MAX ? 0 : placeRegions(scanned, events, accounting);
  return { charges, checks, regions };
}

/**
 * Every way round a cycle passes a check: loops at their header, recursion at the first charge of an
 * activation. Where one has been passed already, later segments of the same activation need none.
 */
function placeCheck(segment: number, events: Events): boolean {
  const before = events.link(segment);
  const isHeader = events.kind(segment) === EVENT.header;
  const isCovered =
    !isHeader &&
    before >= 0 &&
    (events.has(before, FLAG.covered) || events.has(before, FLAG.check));
  if (isCovered) events.mark(segment, FLAG.covered);
  const cost = events.value(segment);
  const isChecked = isHeader || (!isCovered && cost > 0) || cost >= UNCHECKED_CHARGE_MAX;
  if (isChecked) events.mark(segment, FLAG.check);
  return isChecked;
}

function checkEveryCharge(scanned: ScannedFunction, events: Events): number {
  let checks = 0;
  for (let event = scanned.firstEvent; event < scanned.endEvent; event++) {
    if (!events.isSegment(event)) continue;
    if (events.value(event) > 0) events.mark(event, FLAG.check);
    if (events.has(event, FLAG.check)) checks++;
  }
  return checks;
}

/** Outer loops first: the counter is loaded and stored as rarely as possible. */
function placeRegions(scanned: ScannedFunction, events: Events, accounting: Accounting): number {
  let regions = 0;
  let regionEnd = 0;
  for (let event = scanned.firstEvent; event < scanned.endEvent; event++) {
    if (!isRepeatedLoop(event, events)) continue;
    if (event >= regionEnd && deservesRegion(event, events, accounting)) {
      events.mark(event, FLAG.region);
      regionEnd = events.link(event);
      regions++;
    }
    if (event < regionEnd && deservesWrap(event, events)) events.mark(event, FLAG.wrapped);
  }
  return regions;
}

function isRepeatedLoop(event: number, events: Events): boolean {
  return events.kind(event) === EVENT.loop && events.kind(event + 1) === EVENT.header;
}

/**
 * In a region, charges are cheaper and calls of open functions dearer. A handler may be entered
 * from anywhere, so that nobody could say whether the local or the global is up to date.
 */
function deservesRegion(loop: number, events: Events, accounting: Accounting): boolean {
  if ((events.extra(loop) & LOOP.handlers) !== 0) return false;
  let charges = 0;
  let calls = 0;
  for (let event = loop; event < events.link(loop); event++) {
    const isCharged = events.value(event) > 0 || events.has(event, FLAG.check);
    if (events.isSegment(event) && isCharged) charges++;
    if (events.kind(event) === EVENT.call && events.has(event, FLAG.open)) calls++;
  }
  return charges >= accounting.chargesPerCallMin * calls;
}

/**
 * An innermost loop that would be free of calls but for its check: the call goes into a loop around
 * it, so that V8 optimises it as it would without metering.
 */
function deservesWrap(loop: number, events: Events): boolean {
  if ((events.extra(loop) & LOOP.plain) === 0) return false;
  const header = loop + 1;
  for (let event = header + 1; event < events.link(loop); event++) {
    if (events.kind(event) === EVENT.bulk || isRepeatedLoop(event, events)) return false;
    if (events.kind(event) === EVENT.call && events.has(event, FLAG.open)) return false;
    if (events.isSegment(event) && events.has(event, FLAG.check)) return false;
  }
  return true;
}
