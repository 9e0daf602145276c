/** The charts of a service: latency with exemplars, throughput, errors and resources, with its anomalies drawn in. */

import { Chart } from '../../chart/chart.js';
import { durations } from '../../chart/ticks.js';
import { button, element, name, write } from '../../core/dom.js';
import { milliseconds, moment, percent, perSecond, plain } from '../../core/format.js';
import { kindName, severityOf } from '../../core/status.js';
import { seriesKey } from '../../live/windows.js';

/** @typedef {import('../../api/types.js').Anomaly} Anomaly */
/** @typedef {import('../../api/types.js').Analytics} Analytics */
/** @typedef {import('../../api/types.js').Point} Point */
/** @typedef {import('../../live/windows.js').Windows} Windows */
/** @typedef {{traceId: string, at: number, valueMs: number, operation: string}} Slow the slowest trace of a window; its time is the start of the window, as that of a line's point */

const MOST_DOTS = 60;
const MOST_LISTED = 5;
/** @type {Record<string, (value: number) => string>} */
const RESOURCE_UNITS = { cpu: percent, memory: value => `${plain(value)} MB`, network: value => `${plain(value)} kB`, disk: value => `${plain(value)} kB` };

/** The feature whose chart shows an anomaly. @param {Anomaly} anomaly */
function chartOf({ kind }) {
  if (kind === 'ERROR_RATE' || kind === 'BUDGET') return 'error_rate_percent';
  return kind === 'THROUGHPUT' || kind === 'NO_DATA' ? 'throughput_per_sec' : 'p95_ms';
}

/** @param {import('../../api/types.js').Feature} feature */
function bandOf({ low, high, expected }) {
  if (low !== null && high !== null) return { low, high };
  return expected === null ? null : { low: 0, high: high ?? expected };
}

export class ServiceCharts {
  /**
   * @param {import('../../core/view.js').Context} context
   * @param {{tenant: string, service: string}} only
   * @param {(from: number, to: number) => void} onZoom
   */
  constructor(context, only, onZoom) {
    this.context = context;
    this.key = seriesKey(only);
    this.onZoom = onZoom;
    this.latency = new Chart('Latency', milliseconds, { least: 1, height: 250, steps: durations, onZoom });
    this.throughput = new Chart('Throughput', perSecond, { least: 1, onZoom });
    this.errors = new Chart('Error rate', percent, { least: 1, most: 100, onZoom });
    this.listed = element('div', { className: 'slowest' });
    this.chosen = name();
    this.chosenLine = element('p', { className: 'chosen-operation', hidden: true }, element('b', {}, 'Operation '), this.chosen, ' ',
      button('Show all operations', () => context.router.change({ op: null }), { className: 'link' }));
    this.grid = element('div', { className: 'charts' }, this.latency.root, this.throughput.root, this.errors.root);
    this.root = element('section', { className: 'card charts-card', 'aria-label': 'Charts' },
      element('p', { className: 'hint' }, 'Drag over a chart to zoom in. ◆ is the slowest trace of a window: click it to open the trace. Marked spans of time are anomalies, and the green band is what was expected.'),
      this.chosenLine, this.grid, this.listed);
    /** @type {Map<string, Chart>} */
    this.resourceCharts = new Map();
    /** @type {Anomaly[]} */
    this.found = [];
    /** @type {Slow[]} */
    this.dotted = [];
    this.shownSlowest = '';
    /** @type {Windows | null} */
    this.windows = null;
  }

  close() {
    for (const chart of [this.latency, this.throughput, this.errors, ...this.resourceCharts.values()]) chart.close();
  }

  /** Shows the service as a whole, or one operation. @param {string} operation */
  choose(operation) {
    const [tenant, service] = JSON.parse(this.key);
    this.key = seriesKey({ tenant, service, operation });
    write(this.chosen, operation === '*' ? '' : operation);
    this.chosenLine.hidden = operation === '*';
    this.draw();
  }

  /** @param {Analytics} answer @param {Windows} windows */
  show(answer, windows) {
    this.stepMs = answer.granularityMs;
    this.windows = windows;
    this.draw();
  }

  /** @param {Windows} windows */
  live(windows) {
    this.windows = windows;
    this.stepMs = windows.granularityMs;
    this.draw();
  }

  /** @param {Anomaly[]} anomalies */
  anomalies(anomalies) {
    this.found = anomalies;
    this.draw();
  }

  /** The slowest trace of each window of each operation that is shown. @param {number[]} times starts of windows @returns {Slow[]} */
  slowest(times) {
    const [tenant, service, operation] = JSON.parse(this.key);
    return [...(this.windows?.all.values() ?? [])]
      .filter(({ series }) => series.tenant === tenant && series.service === service && series.operation !== '*' && (operation === '*' || series.operation === operation))
      .flatMap(({ series, points }) => times.flatMap(at => {
        const { exemplars, maxMs = null } = points.get(at) ?? {};
        return exemplars?.slowest && maxMs !== null ? [{ traceId: exemplars.slowest, at, valueMs: maxMs, operation: series.operation }] : [];
      }))
      .sort((a, b) => b.valueMs - a.valueMs)
      .slice(0, MOST_DOTS);
  }

  /** Lists the slowest traces that are drawn. */
  list() {
    const first = this.dotted.slice(0, MOST_LISTED);
    const key = JSON.stringify([first, this.context.router.link('trace')]);
    if (key === this.shownSlowest) return;
    this.shownSlowest = key;
    this.listed.replaceChildren(...(first.length === 0 ? [] : [element('h3', {}, 'Slowest traces'), element('ol', {}, ...first.map(one => this.link(one)))]));
  }

  /** @param {Slow} one */
  link(one) {
    const tenant = JSON.parse(this.key)[0];
    return element('li', {}, element('a', { href: this.context.router.link('trace', [tenant, one.traceId]) }, milliseconds(one.valueMs)), ` ${one.operation}, ${moment(one.at)}`);
  }

  /** Starts of all windows of the range. */
  times() {
    const to = this.context.range.to ?? Date.now();
    const from = to - this.context.range.lengthMs;
    const step = this.stepMs ?? 10_000;
    const times = [];
    for (let time = Math.ceil(from / step) * step; time < to; time += step) times.push(time);
    return { from, to, stepMs: step, times };
  }

  draw() {
    if (!this.windows) return;
    const frame = this.times();
    const points = new Map(this.windows.points(this.key));
    const values = (/** @type {(point: Point) => number | null} */ of) => frame.times.map(time => {
      const point = points.get(time);
      return point ? of(point) : null;
    });
    this.dotted = this.slowest(frame.times);
    this.list();
    const closed = (/** @type {(point: Point) => number | null} */ of) => values(point => (point.final ? of(point) : null));
    const marks = (/** @type {string} */ feature) => this.marks(feature, frame.to);
    this.latency.draw({ ...frame, marks: marks('p95_ms'), dots: this.dots(), lines: [
      { label: 'p50', stroke: '--line-2', values: values(point => point.p50Ms) },
      { label: 'p95', stroke: '--line-0', values: values(point => point.p95Ms) },
      { label: 'p99', stroke: '--line-1', values: values(point => point.p99Ms), dash: [5, 3] },
    ] });
    this.throughput.draw({ ...frame, marks: marks('throughput_per_sec'), lines: [{ label: 'spans per second', stroke: '--line-2', values: closed(point => point.throughputPerSec) }] });
    this.errors.draw({ ...frame, marks: marks('error_rate_percent'), lines: [{ label: 'failed', stroke: '--line-7', values: values(point => (point.count > 0 ? point.errorRatePercent : null)) }] });
  }

  /** Anomalies of a chart, with their expected band. @param {string} feature @param {number} to */
  marks(feature, to) {
    const operation = JSON.parse(this.key)[2];
    return this.found.filter(one => chartOf(one) === feature && (operation === '*' || one.operation === operation || one.operation === '*')).map(anomaly => {
      const own = (anomaly.peak ?? anomaly).features.find(({ name }) => name === feature);
      // The band of one operation says nothing about the service as a whole.
      const comparable = anomaly.operation === operation || this.operations === 1;
      return {
        from: Date.parse(anomaly.openedAt),
        to: anomaly.resolvedAt ? Date.parse(anomaly.resolvedAt) : to,
        label: `${kindName(anomaly.kind)}${anomaly.operation === '*' ? '' : ` of ${anomaly.operation}`}: ${anomaly.summary}`,
        severity: severityOf(anomaly.severity).word.toLowerCase(),
        band: own && comparable ? bandOf(own) : null,
      };
    });
  }

  /** Number of operations of the service. */
  get operations() {
    const [tenant, service] = JSON.parse(this.key);
    return [...(this.windows?.all.values() ?? [])].filter(({ series }) => series.tenant === tenant && series.service === service && series.operation !== '*').length;
  }

  dots() {
    const tenant = JSON.parse(this.key)[0];
    return this.dotted.map(one => ({
      at: one.at,
      value: one.valueMs,
      label: `${milliseconds(one.valueMs)} ${one.operation}: click to open the trace`,
      open: () => this.context.router.go(this.context.router.link('trace', [tenant, one.traceId])),
    }));
  }

  /** Charts of the resources that the service reports. @param {Analytics} answer */
  resources(answer) {
    const frame = { ...this.times(), stepMs: answer.granularityMs };
    for (const series of answer.metricSeries ?? []) {
      if (series.operation !== '*' && (answer.metricSeries ?? []).some(one => one.metric === series.metric && one.operation === '*')) continue;
      const { metric } = series;
      let chart = this.resourceCharts.get(metric);
      if (!chart) {
        chart = new Chart(kindName(metric), RESOURCE_UNITS[metric] ?? plain, { height: 150, onZoom: this.onZoom });
        this.resourceCharts.set(metric, chart);
        this.grid.append(chart.root);
      }
      const points = new Map(series.points.map(point => [Date.parse(point.start), point]));
      chart.draw({ ...frame, lines: [
        { label: 'mean', stroke: '--line-5', values: frame.times.map(time => points.get(time)?.mean ?? null) },
        { label: 'max', stroke: '--line-4', values: frame.times.map(time => points.get(time)?.max ?? null) },
      ] });
    }
  }
}
