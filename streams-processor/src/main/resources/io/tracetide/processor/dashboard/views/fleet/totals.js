/** Figures of all services, each with its change against the earlier period. */

import { element, write } from '../../core/dom.js';
import { change, milliseconds, percent, perSecond, whole } from '../../core/format.js';

/** @typedef {import('../../api/types.js').Dashboard} Dashboard */
/** @typedef {{id: string, label: string, of: (totals: Dashboard['totals']) => number | null, show: (value: number | null) => string, worse?: 'up', link?: [string, Record<string, string | null>]}} Figure */

/** @type {Figure[]} */
const FIGURES = [
  { id: 'throughput', label: 'Throughput', of: totals => totals.throughputPerSec, show: perSecond },
  { id: 'errors', label: 'Errors', of: totals => totals.errorRatePercent, show: percent, worse: 'up' },
  { id: 'p50', label: 'p50', of: totals => totals.p50Ms, show: milliseconds, worse: 'up' },
  { id: 'p95', label: 'p95', of: totals => totals.p95Ms, show: milliseconds, worse: 'up' },
  { id: 'p99', label: 'p99', of: totals => totals.p99Ms, show: milliseconds, worse: 'up' },
  { id: 'anomalies', label: 'Open anomalies', of: totals => totals.openAnomalies, show: whole, link: ['anomalies', { show: 'open' }] },
  { id: 'flight', label: 'In flight', of: totals => totals.inFlight, show: whole, link: ['workflows', {}] },
  { id: 'stuck', label: 'Stuck', of: totals => totals.stuck, show: whole, link: ['workflows', { state: 'stuck' }] },
];

export class Totals {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.root = element('dl', { className: 'totals', 'aria-label': 'All services over the range' });
    /** @type {Dashboard | null} */
    this.before = null;
    /** @type {Dashboard | null} */
    this.answer = null;
    this.parts = FIGURES.map(figure => {
      const value = figure.link ? element('a', {}, '–') : element('span', {}, '–');
      const note = element('small');
      this.root.append(element('div', { id: `total-${figure.id}` }, element('dt', {}, figure.label), element('dd', {}, value, note)));
      return { figure, value, note };
    });
  }

  /** @param {Dashboard} answer */
  show(answer) {
    this.answer = answer;
    this.draw();
  }

  /** @param {Dashboard | null} answer of the earlier period */
  compare(answer) {
    this.before = answer;
    this.draw();
  }

  draw() {
    if (!this.answer) return;
    for (const { figure, value, note } of this.parts) {
      const now = figure.of(this.answer.totals);
      write(value, figure.show(now));
      if (figure.link && value instanceof HTMLAnchorElement) value.href = this.context.router.link(figure.link[0], [], figure.link[1]);
      const changed = this.before && !figure.link ? change(now, figure.of(this.before.totals)) : null;
      write(note, changed?.text ?? '');
      note.className = changed && figure.worse === 'up' ? (changed.ratio > 1 ? 'worse' : 'better') : '';
      value.classList.toggle('alarming', figure.id === 'stuck' && (now ?? 0) > 0);
    }
  }
}
