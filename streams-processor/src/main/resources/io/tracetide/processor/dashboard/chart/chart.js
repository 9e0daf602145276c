/**
 * Line charts over time on uPlot. Charts of one page share a cursor, and dragging over a chart chooses a range. A chart shows lines, an
 * expected band, anomalies as marked spans of time, and exemplars as points that open a trace. Its values are also a table.
 */

import uPlot from '/dashboard/uplot.js';
import { element, write } from '../core/dom.js';
import { clock, moment, onAxis, tick } from '../core/format.js';
import { ChartTable } from './table.js';
import { colour } from './colour.js';
import { annotate } from './marks.js';
import { tip } from './tip.js';

/**
 * @typedef {object} Line
 * @property {string} label
 * @property {string} stroke name of a colour, such as --line-0
 * @property {(number | null)[]} values
 * @property {number[]} [dash]
 *
 * @typedef {object} Mark an anomaly
 * @property {number} from
 * @property {number} to
 * @property {string} label
 * @property {string} severity
 * @property {{low: number, high: number} | null} band expected values
 *
 * @typedef {object} Dot an exemplar
 * @property {number} at
 * @property {number} value
 * @property {string} label
 * @property {() => void} open
 *
 * @typedef {object} Data
 * @property {number[]} times starts of windows in milliseconds
 * @property {Line[]} lines
 * @property {number} from
 * @property {number} to
 * @property {number} stepMs
 * @property {Mark[]} [marks]
 * @property {Dot[]} [dots]
 */

const SYNC = uPlot.sync('tracetide');
const AXIS_FONT = '11px ui-sans-serif, system-ui, sans-serif';
const LEAST_DRAG_MS = 2_000;
/** Half the width of a label such as 08:32:30, which may be at the right edge. */
const HALF_A_TIME = 26;

export class Chart {
  /**
   * @param {string} title
   * @param {(value: number) => string} show
   * @param {{height?: number, least?: number, most?: number, steps?: (top: number) => number[], onZoom?: (from: number, to: number) => void}} options least is the smallest top of the scale, most its limit, steps the distances that its ticks may have
   */
  constructor(title, show, options = {}) {
    this.show = show;
    this.options = options;
    this.height = options.height ?? 190;
    this.host = element('div', { className: 'chart', role: 'img', 'aria-label': title });
    this.blank = element('p', { className: 'blank' }, 'Loading');
    this.host.append(this.blank);
    this.table = new ChartTable(title, show);
    this.legend = element('span', { className: 'legend', 'aria-hidden': 'true' });
    this.root = element('figure', {}, element('figcaption', {}, element('h3', {}, title), this.legend, this.table.button), this.host, this.table.root);
    this.title = title;
    /** @type {Data | null} */
    this.data = null;
    /** @type {any} */
    this.plot = null;
    this.shape = '';
    this.observer = new ResizeObserver(entries => {
      const width = Math.floor(entries[0].contentRect.width);
      if (this.plot && width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: this.height });
      else if (!this.plot && this.data) this.draw(this.data);
    });
    this.observer.observe(this.host);
    this.recolour = () => {
      this.shape = '';
      if (this.data) this.draw(this.data);
    };
    this.dark = matchMedia('(prefers-color-scheme: dark)');
    this.dark.addEventListener('change', this.recolour);
    addEventListener('themechange', this.recolour);
  }

  close() {
    this.observer.disconnect();
    this.dark.removeEventListener('change', this.recolour);
    removeEventListener('themechange', this.recolour);
    this.plot?.destroy();
  }

  /** @param {Data} data */
  draw(data) {
    this.data = data;
    const worked = data.lines.some(({ values }) => values.some(value => value !== null));
    this.blank.hidden = worked;
    write(this.blank, 'No spans in this range');
    if (this.host.clientWidth === 0) return;
    const shape = JSON.stringify(data.lines.map(({ label, stroke }) => [label, stroke]));
    if (shape !== this.shape) this.build(data);
    this.shape = shape;
    this.plot.setData([data.times.map(time => time / 1_000), ...data.lines.map(({ values }) => values)]);
    this.host.setAttribute('aria-label', this.inWords(data));
    this.table.draw(data);
  }

  /** @param {Data} data */
  build(data) {
    this.plot?.destroy();
    this.legend.replaceChildren(...data.lines.map(({ label, stroke }) => {
      const key = element('i');
      key.style.borderColor = `var(${stroke})`;
      return element('span', {}, key, label);
    }));
    this.plot = new uPlot(this.settings(data), [[], ...data.lines.map(() => [])], this.host);
  }

  /** Options of uPlot. @param {Data} data @returns {any} */
  settings(data) {
    const axis = { stroke: colour('--faint'), font: AXIS_FONT, ticks: { show: false }, grid: { stroke: colour('--grid'), width: 1 } };
    const value = onAxis(this.show);
    const { steps } = this.options;
    const incrs = steps && ((/** @type {any} */ _plot, /** @type {number} */ _axis, /** @type {number} */ _min, /** @type {number} */ max) => steps(max));
    return {
      width: Math.floor(this.host.clientWidth),
      height: this.height,
      padding: [12, HALF_A_TIME, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: SYNC.key, setSeries: false },
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
        focus: { prox: 1e6 },
      },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: true, range: () => [(this.data?.from ?? 0) / 1_000, (this.data?.to ?? 1) / 1_000] },
        y: { range: (/** @type {any} */ _plot, /** @type {number} */ _min, /** @type {number} */ max) => [0, this.top(max)] },
      },
      axes: [
        { ...axis, size: 26, space: 72, values: (/** @type {any} */ _plot, /** @type {number[]} */ ticks) => ticks.map(time => tick(time * 1_000, ticks.length > 1 ? (ticks[1] - ticks[0]) * 1_000 : 1_000)) },
        { ...axis, size: 58, space: 34, ...(incrs ? { incrs } : {}), values: (/** @type {any} */ _plot, /** @type {number[]} */ ticks) => ticks.map(value) },
      ],
      series: [{}, ...data.lines.map(({ label, stroke, dash }) => ({ label, stroke: colour(stroke), width: 1.6, dash, points: { show: false }, spanGaps: false }))],
      hooks: { setSelect: [(/** @type {any} */ plot) => this.zoom(plot)] },
      plugins: [annotate(() => this.data), tip(() => this.data, this.show)],
    };
  }

  /** Top of the scale: all lines and points, and the expected band unless it is far above them. @param {number} max */
  top(max) {
    const highest = Math.max(max ?? 0, ...(this.data?.dots ?? []).map(({ value }) => value), ...(this.data?.marks ?? []).map(({ band }) => (band && band.high < 3 * max ? band.high : 0)));
    const wanted = Math.max(highest * 1.08, this.options.least ?? 0) || 1;
    return this.options.most ? Math.min(wanted, Math.max(this.options.most, highest)) : wanted;
  }

  /** @param {any} plot */
  zoom(plot) {
    const { left, width } = plot.select;
    if (width < 4) return;
    const [from, to] = [plot.posToVal(left, 'x') * 1_000, plot.posToVal(left + width, 'x') * 1_000];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (to - from >= LEAST_DRAG_MS) this.options.onZoom?.(Math.floor(from / 1_000) * 1_000, Math.ceil(to / 1_000) * 1_000);
  }

  /** @param {Data} data */
  inWords(data) {
    const lines = data.lines.map(({ label, values }) => {
      const known = values.filter(value => value !== null);
      return known.length === 0 ? `${label} none` : `${label} ${this.show(/** @type {number} */ (known.at(-1)))} now, at most ${this.show(Math.max(.../** @type {number[]} */ (known)))}`;
    });
    const marks = data.marks?.length ? `, ${data.marks.length} anomalies marked` : '';
    return `${this.title}, ${moment(data.from)} to ${clock(data.to)}: ${lines.join('; ')}${marks}`;
  }
}
