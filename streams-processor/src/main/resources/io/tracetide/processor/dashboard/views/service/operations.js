/** Operations of a service, those with the most spans first. */

import { KeyedList, attribute, button, element, name, write, writeName } from '../../core/dom.js';
import { milliseconds, percent, perSecond, whole } from '../../core/format.js';

/** @typedef {import('../../api/types.js').OperationRow} Row */

/** @type {[string, (row: Row) => number | null, (value: number | null) => string][]} */
const COLUMNS = [
  ['Rate', row => row.throughputPerSec, perSecond],
  ['Errors', row => row.errorRatePercent, percent],
  ['p50', row => row.p50Ms, milliseconds],
  ['p95', row => row.p95Ms, milliseconds],
  ['p99', row => row.p99Ms, milliseconds],
  ['Anomalies', row => row.openAnomalies, value => (value ? whole(value) : '')],
];
const FIRST = 20;

export class Operations {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.note = element('p');
    this.body = element('tbody');
    this.all = button('', () => {
      this.whole = true;
      this.draw();
    }, { className: 'link' });
    this.root = element('section', { className: 'card', 'aria-labelledby': 'operations-title' },
      element('div', { className: 'title' }, element('h2', { id: 'operations-title' }, 'Operations'), this.note, this.all),
      element('table', { className: 'figures' }, element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Operation'), ...COLUMNS.map(([label]) => element('th', { scope: 'col' }, label)))), this.body));
    this.list = new KeyedList(this.body, (/** @type {Row} */ row) => row.operation, () => this.row());
    /** @type {Row[]} */
    this.rows = [];
    /** @type {string[]} */
    this.order = [];
    this.whole = false;
  }

  /** @param {Row[]} rows */
  show(rows) {
    this.rows = rows;
    const known = new Set(this.order);
    const fresh = [...rows].sort((a, b) => b.count - a.count || a.operation.localeCompare(b.operation)).filter(({ operation }) => !known.has(operation));
    this.order.push(...fresh.map(({ operation }) => operation));
    this.draw();
  }

  draw() {
    const found = new Map(this.rows.map(row => [row.operation, row]));
    const rows = this.order.flatMap(operation => found.get(operation) ?? []);
    this.list.show(this.whole ? rows : rows.slice(0, FIRST));
    write(this.note, rows.length > 0 ? String(rows.length) : '');
    this.all.hidden = this.whole || rows.length <= FIRST;
    write(this.all, `Show all ${rows.length}`);
  }

  row() {
    const title = name();
    const link = element('a', { title: 'Show this operation in the charts' }, title);
    const cells = COLUMNS.map(([label]) => element('td', { 'data-label': label }));
    return {
      root: element('tr', {}, element('th', { scope: 'row' }, link), ...cells),
      update: (/** @type {Row} */ row) => {
        writeName(title, row.operation);
        const { address } = this.context.router;
        const chosen = address.query.get('op') === row.operation;
        link.href = this.context.router.link('service', address.path, { op: chosen ? null : row.operation });
        attribute(link, 'aria-current', chosen ? 'true' : null);
        for (const [at, [, of, show]] of COLUMNS.entries()) {
          write(cells[at], show(of(row)));
          attribute(cells[at], 'data-none', cells[at].textContent === '');
        }
      },
    };
  }
}
