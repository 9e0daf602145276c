/** The values of a chart as a table, for screen readers and for copying. */

import { attribute, button, element, write } from '../core/dom.js';
import { moment } from '../core/format.js';

const MOST_ROWS = 400;

export class ChartTable {
  /** @param {string} title @param {(value: number) => string} show */
  constructor(title, show) {
    this.title = title;
    this.show = show;
    this.root = element('div', { className: 'chart-table', hidden: true, tabindex: '0', role: 'region', 'aria-label': `${title} as a table` });
    this.button = button('Table', () => this.toggle(), { className: 'small', 'aria-expanded': 'false', 'aria-label': `${title} as a table` });
    /** @type {import('./chart.js').Data | null} */
    this.data = null;
  }

  toggle() {
    this.root.hidden = !this.root.hidden;
    attribute(this.button, 'aria-expanded', !this.root.hidden);
    write(this.button, this.root.hidden ? 'Table' : 'Hide the table');
    if (this.data) this.draw(this.data);
  }

  /** @param {import('./chart.js').Data} data */
  draw(data) {
    this.data = data;
    if (this.root.hidden) return;
    const rows = data.times.map((time, at) => ({ time, values: data.lines.map(({ values }) => values[at]) })).filter(({ values }) => values.some(value => value !== null)).slice(-MOST_ROWS).reverse();
    this.root.replaceChildren(element('table', {},
      element('caption', { className: 'unseen' }, this.title),
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Time'), ...data.lines.map(({ label }) => element('th', { scope: 'col' }, label)))),
      element('tbody', {}, ...rows.map(({ time, values }) => element('tr', {}, element('th', { scope: 'row' }, moment(time)), ...values.map(value => element('td', {}, value === null || value === undefined ? '–' : this.show(value))))))));
  }
}
