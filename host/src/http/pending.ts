import type { Socket } from "node:net";

/** Answers under way, by connection; what is answered in the turn it came in is never here. */
export class PendingAnswers {
  readonly #counts = new Map<Socket, number>();
  #idle: PromiseWithResolvers<undefined> | undefined;

  countOf(socket: Socket): number {
    return this.#counts.get(socket) ?? 0;
  }

  /** One more, until it is disposed of. */
  hold(socket: Socket): Disposable {
    this.#counts.set(socket, this.countOf(socket) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = this.countOf(socket) - 1;
        if (left > 0) this.#counts.set(socket, left);
        else this.#counts.delete(socket);
        if (this.#counts.size === 0) this.#idle?.resolve(undefined);
      },
    };
  }

  /** Resolves as soon as there are none. */
  async untilNone(): Promise<void> {
    while (this.#counts.size > 0) {
      this.#idle = Promise.withResolvers();
      await this.#idle.promise;
    }
  }

  /** Ends their connections. */
  cutOff(): void {
    for (const socket of this.#counts.keys()) socket.destroy();
  }
}
