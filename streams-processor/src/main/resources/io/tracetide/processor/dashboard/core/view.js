/**
 * What a view gets, and what it gives back.
 *
 * @typedef {object} View
 * @property {(address: import('./router.js').Address) => void} show called at the start and at each change of parameters
 * @property {() => void} [close]
 *
 * @typedef {import('./range.js').Range} Range
 */

import { Refresher } from './refresher.js';

/** One view while it is open: closes what it has opened, and holds queries while updates are paused. */
export class Context {
  /**
   * @param {import('./frame.js').Frame} frame
   * @param {HTMLElement} host
   */
  constructor(frame, host) {
    this.frame = frame;
    this.host = host;
    this.router = frame.router;
    this.about = frame.about;
    /** @type {(() => void)[]} */
    this.closers = [];
    /** @type {Set<Refresher<any>>} */
    this.refreshers = new Set();
    /** @type {Map<string, () => void>} */
    this.subscriptions = new Map();
    this.closed = false;
  }

  /** @returns {Range} */
  get range() {
    return this.frame.range;
  }

  /** The chosen tenant; empty for all of the caller. */
  get tenant() {
    return this.router.address.query.get('tenant') ?? '';
  }

  /** Whether the caller may acknowledge and silence. */
  get mayAct() {
    return this.about.alerting && this.about.caller.mayAct;
  }

  /**
   * A query that is repeated while the view is open.
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} load
   * @param {(answer: T) => void} show
   * @param {{leastMs?: number, mostMs?: number, fail?: (failure: unknown) => void}} [options]
   */
  refresher(load, show, options = {}) {
    const made = new Refresher(load, answer => {
      this.frame.answered(answer);
      show(answer);
    }, options.fail ?? (failure => this.frame.failed(failure)), options);
    made.held = this.frame.held;
    this.refreshers.add(made);
    return made;
  }

  /**
   * Subscribes while the view is open. Of one name only the last subscription is kept. A fixed range has no updates.
   * @param {string} name
   * @param {'subscribe_metrics' | 'subscribe_anomalies' | 'subscribe_traces'} topic
   * @param {import('../live/live.js').Parameters} parameters
   * @param {(message: any) => void} receive
   */
  subscribe(name, topic, parameters, receive) {
    this.subscriptions.get(name)?.();
    this.subscriptions.delete(name);
    if (this.frame.isFixed) return;
    this.subscriptions.set(name, this.frame.live.subscribe(topic, { ...parameters, tenant: parameters.tenant || undefined }, receive));
  }

  /** Calls back every second, and not in a page that is not visible. @param {() => void} callback */
  eachSecond(callback) {
    const timer = setInterval(() => document.hidden || callback(), 1_000);
    this.closers.push(() => clearInterval(timer));
  }

  /** @param {boolean} held */
  hold(held) {
    for (const refresher of this.refreshers) refresher.hold(held);
  }

  close() {
    this.closed = true;
    for (const refresher of this.refreshers) refresher.close();
    for (const end of this.subscriptions.values()) end();
    for (const closer of this.closers) closer();
  }
}
