/** Time that traces spend in each step, from the traces that ended lately. */

import { KeyedList, drawing, attribute, element, name, write, writeName } from '../../core/dom.js';
import { milliseconds, preciseTime } from '../../core/format.js';

/** @typedef {import('../../api/types.js').Trace} Trace */
/** @typedef {{step: string, times: number, median: number, most: number, share: number}} Row */

const MOST = 20;
const BAR = 140;

export class StepTimes {
  constructor() {
    this.note = element('p');
    this.body = element('tbody');
    this.empty = element('p', { className: 'calm' }, 'Loading');
    this.table = element('table', { className: 'figures steps-table', hidden: true }, element('thead', {}, element('tr', {}, ...['Step', 'Times', 'Median', 'Longest', 'Share of the time'].map(label => element('th', { scope: 'col' }, label)))), this.body);
    this.root = element('section', { className: 'card', id: 'step-times', 'aria-labelledby': 'step-times-title' },
      element('div', { className: 'title' }, element('h2', { id: 'step-times-title' }, 'Time of each step'), this.note), this.table, this.empty);
    this.rows = new KeyedList(this.body, (/** @type {Row} */ row) => row.step, () => this.row());
  }

  /** @param {Trace[]} traces that have ended, with their events */
  show(traces) {
    const rows = rowsOf(traces);
    this.rows.show(rows.slice(0, MOST));
    this.table.hidden = rows.length === 0;
    this.empty.hidden = rows.length > 0;
    write(this.empty, 'No trace with steps has ended lately. Steps are the values of currentOperation in the UPDATED events of a trace.');
    write(this.note, rows.length > 0 ? `of ${traces.length} traces that have ended and are kept` : '');
  }

  row() {
    const step = name();
    const cells = ['Times', 'Median', 'Longest'].map(label => element('td', { 'data-label': label }));
    const fill = drawing('rect', { class: 'fill', height: 8, rx: 3 });
    const share = element('span');
    return {
      root: element('tr', {}, element('th', { scope: 'row' }, step), ...cells,
        element('td', { 'data-label': 'Share' }, drawing('svg', { viewBox: `0 0 ${BAR} 8`, width: BAR, height: 8, 'aria-hidden': 'true' }, drawing('rect', { class: 'track', width: BAR, height: 8, rx: 3 }), fill), ' ', share)),
      update: (/** @type {Row} */ row) => {
        writeName(step, row.step);
        for (const [at, text] of [String(row.times), milliseconds(row.median), milliseconds(row.most)].entries()) write(cells[at], text);
        attribute(fill, 'width', (row.share * BAR).toFixed(1));
        write(share, `${Math.round(100 * row.share)} %`);
      },
    };
  }
}

/** A step lasts from the update that begins it to the one that begins another, or to the end. @param {Trace[]} traces @returns {Row[]} */
function rowsOf(traces) {
  /** @type {Map<string, number[]>} */
  const times = new Map();
  for (const { events, endedAt } of traces) {
    const updates = (events ?? []).filter(({ kind, name: text }) => kind === 'updated' && text !== '');
    for (let at = 0; at < updates.length;) {
      const step = updates[at].name;
      let next = at + 1;
      while (next < updates.length && updates[next].name === step) next++;
      const until = updates[next]?.timestamp ?? endedAt;
      if (until) times.set(step, [...(times.get(step) ?? []), Math.max(0, preciseTime(until) - preciseTime(updates[at].timestamp))]);
      at = next;
    }
  }
  const sums = new Map([...times].map(([step, list]) => [step, list.reduce((sum, time) => sum + time, 0)]));
  const whole = [...sums.values()].reduce((sum, time) => sum + time, 0) || 1;
  return [...times].map(([step, list]) => {
    const sorted = list.sort((a, b) => a - b);
    return { step, times: sorted.length, median: sorted[sorted.length >> 1], most: /** @type {number} */ (sorted.at(-1)), share: (sums.get(step) ?? 0) / whole };
  }).sort((a, b) => b.share - a.share);
}
