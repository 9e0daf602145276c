/** The windows of many series, as snapshots and updates report them. */

/** @typedef {import('../api/types.js').Series} Series */
/** @typedef {import('../api/types.js').Point} Point */

/** @param {{tenant: string, service: string, operation?: string}} series */
export const seriesKey = ({ tenant, service, operation = '*' }) => JSON.stringify([tenant, service, operation]);

export class Windows {
  constructor() {
    /** @type {Map<string, {series: Series, points: Map<number, Point>}>} */
    this.all = new Map();
    this.granularityMs = 10_000;
  }

  /** @param {import('../api/types.js').Analytics} answer a whole answer */
  replace(answer) {
    this.all.clear();
    if (answer.granularityMs) this.granularityMs = answer.granularityMs;
    this.merge(answer.series);
  }

  /** @param {any} message an update of the streaming interface */
  receive(message) {
    if (message.snapshot) this.replace(message);
    else this.merge(message.series ?? []);
  }

  /** @param {Series[]} list */
  merge(list) {
    for (const series of list) {
      const key = seriesKey(series);
      const known = this.all.get(key) ?? { series, points: new Map() };
      this.all.set(key, known);
      for (const point of series.points) known.points.set(Date.parse(point.start), point);
    }
  }

  /** Drops what is before a time, so that memory stays bounded. @param {number} before */
  forget(before) {
    for (const { points } of this.all.values()) {
      for (const time of points.keys()) {
        if (time >= before) break;
        points.delete(time);
      }
    }
  }

  /** Points of a series in the order of time. @param {string} key @returns {[number, Point][]} */
  points(key) {
    const known = this.all.get(key);
    return known ? [...known.points].sort(([a], [b]) => a - b) : [];
  }
}
