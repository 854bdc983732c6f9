/** What a control frame is; the function itself is the outermost one. */
export const FRAME = { function: 0, block: 1, loop: 2, if: 3, else: 4, handler: 5 } as const;

/** No segment: code that nothing reaches. */
export const DEAD = -1;

/** One open block. Frames are used again: a function of a module may open thousands. */
export class Frame {
  kind: number = FRAME.block;
  /** The segment in which the block begins, or `DEAD`. */
  entry: number = DEAD;
  /** The outermost frame that a branch inside can reach; its own index if none leaves it. */
  outermost = 0;
  /** A branch ends this block. */
  branched = false;
  /** An exception ends this block, thrown anywhere inside of a try. */
  catches = false;
  /** A branch to this block takes no values along. */
  isPlain = true;
  /** Of a loop its `loop` event; of an if its then arm. */
  event: number = DEAD;
  /** The branches to this block, as a list in the events, or -1. */
  branches = -1;
  /** Of an else: the then arm reaches the end. */
  thenReachesEnd = false;
  /** How much exception handling the function had before this block. */
  handlersBefore = 0;

  open(kind: number, index: number, entry: number): void {
    this.kind = kind;
    this.entry = entry;
    this.outermost = index;
    this.branched = false;
    this.catches = false;
    this.isPlain = true;
    this.event = DEAD;
    this.branches = -1;
    this.thenReachesEnd = false;
  }
}

/** The open blocks of one function, outermost first. */
export class FrameStack {
  readonly #frames: Frame[] = [];
  #depth = 0;
  /** The greatest depth since `clear`. */
  deepest = 0;

  get depth(): number {
    return this.#depth;
  }

  get top(): Frame {
    return this.at(this.#depth - 1);
  }

  at(index: number): Frame {
    const frame = this.#frames[index];
    if (frame === undefined) throw new RangeError(`no frame ${index}`);
    return frame;
  }

  clear(): void {
    this.#depth = 0;
    this.deepest = 0;
  }

  push(kind: number, entry: number): Frame {
    const frame = (this.#frames[this.#depth] ??= new Frame());
    frame.open(kind, this.#depth, entry);
    this.#depth++;
    this.deepest = Math.max(this.deepest, this.#depth);
    return frame;
  }

  /** Closes the innermost frame and hands on to its parent how far branches inside it reach. */
  pop(): Frame {
    const frame = this.top;
    this.#depth--;
    if (this.#depth > 0) this.reach(frame.outermost);
    return frame;
  }

  /** Notes that control can go from here to the frame `index` and whatever is between. */
  reach(index: number): void {
    const frame = this.top;
    if (index < frame.outermost) frame.outermost = index;
  }

  /** A branch inside the frame at `index` leaves it; only then is code behind it conditional. */
  escapes(frame: Frame, index: number): boolean {
    return frame.outermost < index;
  }
}
