/** Repeats a query: soon after a change is reported, and from time to time without reports. Never two at once. */

/** @template T */
export class Refresher {
  /**
   * @param {(signal: AbortSignal) => Promise<T>} load
   * @param {(answer: T) => void} show
   * @param {(failure: unknown) => void} fail
   * @param {{leastMs?: number, mostMs?: number}} [times] between two queries, with and without a report
   */
  constructor(load, show, fail, { leastMs = 1_000, mostMs = 15_000 } = {}) {
    this.load = load;
    this.show = show;
    this.fail = fail;
    this.leastMs = leastMs;
    this.mostMs = mostMs;
    this.controller = new AbortController();
    this.startedAt = 0;
    this.busy = false;
    this.wanted = false;
    this.held = false;
    this.timer = 0;
  }

  /** Queries now, for example because the parameters have changed. */
  restart() {
    this.controller.abort();
    this.controller = new AbortController();
    this.busy = false;
    this.wanted = false;
    void this.run();
  }

  /** A change was reported. */
  changed() {
    if (this.held) return;
    if (this.busy) {
      this.wanted = true;
      return;
    }
    this.schedule(Math.max(0, this.startedAt + this.leastMs - Date.now()));
  }

  /** While held, nothing is queried. @param {boolean} held */
  hold(held) {
    this.held = held;
    if (held) clearTimeout(this.timer);
    else this.changed();
  }

  close() {
    this.held = true;
    clearTimeout(this.timer);
    this.controller.abort();
  }

  /** @param {number} afterMs */
  schedule(afterMs) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), afterMs);
  }

  async run() {
    clearTimeout(this.timer);
    const { signal } = this.controller;
    this.busy = true;
    this.startedAt = Date.now();
    try {
      const answer = await this.load(signal);
      if (!signal.aborted) this.show(answer);
    } catch (failure) {
      if (!signal.aborted) this.fail(failure);
    }
    if (signal.aborted) return;
    this.busy = false;
    if (this.held) return;
    const soon = this.wanted;
    this.wanted = false;
    this.schedule(soon ? Math.max(0, this.startedAt + this.leastMs - Date.now()) : this.mostMs);
  }
}
