import { EVENT, FLAG, LOOP, TAIL, type Events } from "./events.ts";
import { DEAD, FRAME, FrameStack, type Frame } from "./frame.ts";

/**
 * Follows control through one function after another and notes which code runs together. Offsets
 * are those of the instruction (`at`) and of what stands behind it (`behind`).
 */
export class Flow {
  readonly #events: Events;
  readonly #frames = new FrameStack();
  #segment: number = DEAD;
  #cost = 0;
  #loops = 0;
  #handlers = 0;
  #blocks = 0;
  #branchTargets = 1;

  constructor(events: Events) {
    this.#events = events;
  }

  /** The end of the function has not been reached. */
  get isOpen(): boolean {
    return this.#frames.depth > 0;
  }

  /** Nothing reaches the code at hand. */
  get isDead(): boolean {
    return this.#segment === DEAD;
  }

  /** Blocks, joins and cases, as compilers meet them. */
  get blockCount(): number {
    return this.#blocks;
  }

  get nesting(): number {
    return this.#frames.deepest;
  }

  /** The most labels that one branch has. */
  get branchTargets(): number {
    return this.#branchTargets;
  }

  /** `isPlain`: the function has no results, which branches to its own label would take along. */
  begin(behind: number, cost: number, isPlain: boolean): void {
    this.#loops = 0;
    this.#handlers = 0;
    this.#blocks = 1;
    this.#branchTargets = 1;
    this.#frames.clear();
    this.#segment = this.#events.push(EVENT.entry, behind, cost);
    this.#cost = 0;
    this.#frames.push(FRAME.function, this.#segment).isPlain = isPlain;
  }

  spend(cost: number): void {
    this.#cost += cost;
  }

  // -- Segments

  /** Goes on in `segment`; what has been counted so far belongs to the one before. */
  #enter(segment: number): void {
    if (this.#segment !== DEAD) this.#events.addValue(this.#segment, this.#cost);
    this.#cost = 0;
    this.#segment = segment;
  }

  /** Begins a segment that runs only after `dominator`. */
  #branchOff(kind: number, behind: number, dominator: number): number {
    const segment = this.#events.push(kind, behind, 0, dominator);
    this.#enter(segment);
    return segment;
  }

  // -- Blocks

  /** `isPlain`: branches to its label take no values along. */
  openBlock(isPlain: boolean): Frame {
    this.#blocks++;
    const frame = this.#frames.push(FRAME.block, this.#segment);
    frame.isPlain = isPlain;
    frame.handlersBefore = this.#handlers;
    return frame;
  }

  openTry(isPlain: boolean): void {
    this.#handlers++;
    this.openBlock(isPlain);
  }

  openLoop(at: number, behind: number, isPlain: boolean): void {
    const frame = this.openBlock(isPlain);
    frame.kind = FRAME.loop;
    this.#loops++;
    if (this.isDead) return;
    frame.event = this.#events.push(EVENT.loop, at, this.#frames.depth - 1);
    this.#branchOff(EVENT.header, behind, this.#segment);
  }

  openIf(behind: number, isPlain: boolean): void {
    const frame = this.openBlock(isPlain);
    frame.kind = FRAME.if;
    if (!this.isDead) frame.event = this.#branchOff(EVENT.arm, behind, this.#segment);
  }

  else(behind: number): void {
    const frame = this.#frames.top;
    frame.kind = FRAME.else;
    frame.thenReachesEnd = !this.isDead;
    this.#fallThrough(frame);
    if (frame.entry === DEAD) return;
    this.#events.setExtra(this.#branchOff(EVENT.arm, behind, frame.entry), frame.event);
  }

  /** What runs to the end of a then or a guarded body arrives behind the block, as a branch does. */
  #fallThrough(frame: Frame): void {
    if (!this.isDead) frame.branches = this.#events.pushBranch(this.#segment, frame.branches);
  }

  /** A handler runs after any part of what it guards. */
  catch(behind: number): void {
    const frame = this.#frames.top;
    frame.kind = FRAME.handler;
    this.#fallThrough(frame);
    this.#frames.reach(0);
    if (frame.entry !== DEAD) this.#branchOff(EVENT.arm, behind, frame.entry);
  }

  /** Ends a try whose exceptions are handled further out. */
  delegate(behind: number): void {
    this.#frames.reach(0);
    const frame = this.#frames.pop();
    if (frame.entry !== DEAD) this.#branchOff(EVENT.arm, behind, frame.entry);
  }

  end(behind: number): void {
    const index = this.#frames.depth - 1;
    const frame = this.#frames.pop();
    if (index === 0) return this.#enter(DEAD);
    if (frame.kind === FRAME.loop) return this.#endLoop(behind, frame, index);
    if (frame.entry === DEAD) return;
    const isReachedFromElsewhere =
      frame.branched ||
      frame.kind === FRAME.if ||
      frame.kind === FRAME.handler ||
      (frame.kind === FRAME.else && frame.thenReachesEnd);
    if (this.isDead && !isReachedFromElsewhere) return;
    // Nothing inside leaves the block: what follows runs exactly when its beginning ran.
    if (!this.#frames.escapes(frame, index)) this.#enter(frame.entry);
    else if (isReachedFromElsewhere) this.#beginCase(behind, frame);
  }

  /** Behind the end of a block that was left early: reached by branches, or out of any of a try. */
  #beginCase(behind: number, frame: Frame): void {
    let { branches } = frame;
    if (!this.isDead) branches = this.#events.pushBranch(this.#segment, branches);
    const arm = this.#branchOff(EVENT.arm, behind, frame.entry);
    if (!frame.catches) this.#events.setExtra(arm, ~branches);
  }

  #endLoop(behind: number, frame: Frame, index: number): void {
    this.#loops--;
    if (frame.event === DEAD) return;
    const end = this.#events.push(EVENT.loopEnd, behind, index, frame.event);
    this.#events.setExtra(end, this.isDead ? 0 : 1);
    this.#events.setLink(frame.event, end);
    const hasHandlers = this.#handlers > frame.handlersBefore;
    const bits = (hasHandlers ? LOOP.handlers : 0) | (frame.isPlain ? LOOP.plain : 0);
    this.#events.setExtra(frame.event, bits);
    // A loop that nothing repeats is a block, and its first segment an arm that always runs.
    if (!frame.branched) this.#events.setKind(frame.event + 1, EVENT.arm);
    if (this.isDead) return;
    if (this.#frames.escapes(frame, index)) this.#branchOff(EVENT.arm, behind, frame.entry);
    else this.#enter(frame.entry);
  }

  // -- Branches

  /** Notes a branch to a label and returns the index of the frame that it ends or repeats. */
  #target(label: number): number {
    const index = this.#frames.depth - 1 - label;
    const frame = this.#frames.at(index);
    frame.branched = true;
    if (frame.kind !== FRAME.loop) {
      frame.branches = this.#events.pushBranch(this.#segment, frame.branches);
    }
    this.#frames.reach(index);
    return index;
  }

  #exit(at: number, frame: number): void {
    if (this.#loops > 0) this.#events.push(EVENT.exit, at, frame, this.#frames.depth);
  }

  /** An exception caught here goes to a label; it may be thrown from anywhere inside. */
  catchTo(label: number): void {
    if (!this.isDead) this.#frames.at(this.#target(label)).catches = true;
  }

  branch(at: number, label: number): void {
    if (this.isDead) return;
    this.#exit(at, this.#target(label));
    this.#enter(DEAD);
  }

  branchIf(at: number, label: number, behind: number): void {
    if (this.isDead) return;
    const frame = this.#target(label);
    if (this.#loops > 0) {
      const event = this.#events.push(EVENT.exitIf, at, frame, label);
      this.#events.setExtra(event, this.#frames.at(frame).isPlain ? 1 : 0);
    }
    this.#blocks++;
    this.#branchOff(EVENT.arm, behind, this.#segment);
  }

  /** A branch whose condition is not a number on the stack. */
  branchOn(at: number, label: number, behind: number): void {
    if (this.isDead) return;
    this.#exit(at, this.#target(label));
    this.#blocks++;
    this.#branchOff(EVENT.arm, behind, this.#segment);
  }

  branchTable(at: number, labels: readonly number[]): void {
    this.#blocks += labels.length;
    this.#branchTargets = Math.max(this.#branchTargets, labels.length);
    if (this.isDead) return;
    let outermost = this.#frames.depth;
    for (const label of labels) outermost = Math.min(outermost, this.#target(label));
    this.#exit(at, outermost);
    this.#enter(DEAD);
  }

  /** Leaves the function by returning, throwing or trapping. */
  leave(at: number): void {
    if (this.isDead) return;
    this.#frames.reach(0);
    this.#exit(at, 0);
    this.#enter(DEAD);
  }

  /** `behind` is `TAIL` for a call that does not come back. */
  call(at: number, callee: number, behind: number): void {
    if (this.isDead) return;
    const call = this.#events.push(EVENT.call, at, callee, this.#segment);
    this.#events.setExtra(call, behind);
    this.#events.mark(this.#segment, FLAG.calls);
    if (behind !== TAIL) return;
    this.#frames.reach(0);
    this.#enter(DEAD);
  }

  bulk(at: number, work: number, isWide: boolean, behind: number): void {
    if (this.isDead) return;
    this.#events.setExtra(this.#events.push(EVENT.bulk, at, work, behind), isWide ? 1 : 0);
  }
}
