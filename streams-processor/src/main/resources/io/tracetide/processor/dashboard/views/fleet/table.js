/** The table of services. Rows keep their place while figures change; a new order is offered, not imposed. */

import { KeyedList, attribute, button, element, write } from '../../core/dom.js';
import { serviceState } from '../../core/status.js';
import { seriesKey } from '../../live/windows.js';
import { COLUMNS, SPARKS } from './columns.js';
import { serviceRow } from './row.js';

/** @typedef {import('../../api/types.js').ServiceRow} Row */
/** @typedef {import('../../api/types.js').Dashboard} Dashboard */
/** @typedef {import('../../live/windows.js').Windows} Windows */
/** @typedef {{row: Row, before: Row | null, trend: [number, number | null][], load: [number, number | null][], from: number, to: number, several: boolean}} Shown */

const MOST_ROWS = 500;

/** @param {Row} a @param {Row} b */
const byName = (a, b) => a.service.localeCompare(b.service) || a.tenant.localeCompare(b.tenant);

export class ServiceTable {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.search = element('input', { type: 'search', id: 'search', placeholder: 'Find a service', autocomplete: 'off', spellcheck: 'false', 'aria-label': 'Find a service', title: 'Key: /' });
    this.search.addEventListener('input', () => context.router.change({ q: this.search.value || null }, false));
    this.status = element('select', { id: 'status-filter', 'aria-label': 'Status' },
      ...[['', 'Any status'], ['critical', 'Critical'], ['degraded', 'Degraded'], ['warming_up', 'Warming up'], ['healthy', 'Healthy'], ['silent', 'Silent']].map(([value, text]) => element('option', { value }, text)));
    this.status.addEventListener('change', () => context.router.change({ status: this.status.value || null }));
    this.note = element('p');
    this.again = button('', () => this.reorder(), { className: 'again' });
    this.again.hidden = true;
    /** @type {Map<string, HTMLElement>} */
    this.heads = new Map();
    this.table = element('table', { className: 'services no-flight no-stuck' },
      element('thead', {}, element('tr', {}, ...COLUMNS.map(column => this.head(column)))));
    this.body = element('tbody');
    this.table.append(this.body);
    this.empty = element('p', { className: 'empty' }, 'Loading');
    this.root = element('section', { className: 'card', id: 'services', 'aria-labelledby': 'services-title' },
      element('div', { className: 'title' }, element('h2', { id: 'services-title' }, 'Services'), this.note, this.again, element('div', { className: 'filters' }, this.status, this.search)),
      this.table, this.empty);
    this.list = new KeyedList(this.body, (/** @type {Shown} */ shown) => seriesKey(shown.row), shown => serviceRow(context, shown.row));
    /** @type {Row[]} */
    this.rows = [];
    /** @type {string[]} keys in the order that is shown */
    this.order = [];
    /** @type {Map<string, Row>} */
    this.before = new Map();
    /** @type {Windows | null} */
    this.windows = null;
    this.sort = '';
    this.filter = '';
    this.frame = 0;
  }

  isFiltered() {
    return this.filter !== '\n';
  }

  /** Applies the sort order and the filter of the address. @param {URLSearchParams} query */
  choose(query) {
    const wanted = `${query.get('q') ?? ''}\n${query.get('status') ?? ''}`;
    const sort = query.get('sort') ?? '';
    if (document.activeElement !== this.search) this.search.value = query.get('q') ?? '';
    this.status.value = query.get('status') ?? '';
    for (const [id, head] of this.heads) attribute(head, 'aria-sort', sort === id ? 'descending' : sort === `-${id}` ? 'ascending' : null);
    if (wanted === this.filter && sort === this.sort) return;
    this.filter = wanted;
    this.sort = sort;
    this.reorder();
  }

  /** @param {Dashboard} answer */
  show(answer) {
    this.rows = answer.services;
    this.from = Date.parse(answer.from);
    this.to = Date.parse(answer.to);
    this.several = new Set(this.rows.map(({ tenant }) => tenant)).size > 1;
    for (const { id, of, whenSome } of COLUMNS) if (whenSome && of) this.table.classList.toggle(`no-${id}`, !this.rows.some(row => (of(row) ?? 0) > 0));
    if (this.order.length === 0) this.reorder();
    else this.draw();
  }

  /** @param {Windows} windows */
  showTrends(windows) {
    this.windows = windows;
    this.draw();
  }

  /** @param {Dashboard | null} answer of the earlier period */
  compare(answer) {
    this.before = new Map((answer?.services ?? []).map(row => [seriesKey(row), row]));
    this.draw();
  }

  reorder() {
    this.order = this.wanted().map(row => seriesKey(row));
    this.draw();
  }

  /** The rows of the filter in the present order of their figures. */
  wanted() {
    const [text, status] = this.filter.split('\n');
    const found = this.rows.filter(row => (!text || row.service.toLowerCase().includes(text.toLowerCase())) && (!status || row.status === status));
    return found.sort(this.comparator());
  }

  /** Severity, then traffic; those that are silent last. @returns {(a: Row, b: Row) => number} */
  comparator() {
    const id = this.sort.replace(/^-/, '');
    const sign = this.sort.startsWith('-') ? -1 : 1;
    const column = COLUMNS.find(one => one.id === id);
    if (id === 'service') return (a, b) => sign * byName(a, b);
    const { of } = column ?? {};
    if (of) return (a, b) => sign * ((of(b) ?? -1) - (of(a) ?? -1)) || byName(a, b);
    return (a, b) => serviceState(a.status).rank - serviceState(b.status).rank || b.throughputPerSec - a.throughputPerSec || byName(a, b);
  }

  /** Draws once a frame at most. */
  draw() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (!this.context.closed) this.render();
    });
  }

  render() {
    const wanted = this.wanted();
    const found = new Map(wanted.map(row => [seriesKey(row), row]));
    const kept = this.order.filter(key => found.has(key));
    const fresh = wanted.length - kept.length;
    if (kept.length === 0 && wanted.length > 0) {
      this.order = wanted.map(row => seriesKey(row));
      kept.push(...this.order);
    }
    this.list.show(kept.slice(0, MOST_ROWS).map(key => this.shown(key, /** @type {Row} */ (found.get(key)))));
    const moved = this.sort === '' && wanted.filter(row => this.order.includes(seriesKey(row))).some((row, at) => serviceState(row.status).rank !== serviceState(/** @type {Row} */ (found.get(kept[at])).status).rank);
    this.again.hidden = !(fresh > 0 && kept.length > 0 && this.order.length < wanted.length) && !moved;
    write(this.again, fresh > 0 ? `Show ${fresh} new ${fresh === 1 ? 'service' : 'services'}` : 'Sort again: a status has changed');
    const all = this.rows.length;
    write(this.note, all === 0 ? '' : `${wanted.length < all ? `${wanted.length} of ` : ''}${all}${kept.length > MOST_ROWS ? `, the first ${MOST_ROWS} shown` : ''}`);
    this.empty.hidden = wanted.length > 0;
    write(this.empty, all > 0 ? 'No service matches the filter.' : 'No service has sent spans in this range.');
  }

  /** @param {string} key @param {Row} row @returns {Shown} */
  shown(key, row) {
    const points = this.windows?.points(key) ?? [];
    return {
      row,
      before: this.before.get(key) ?? null,
      trend: points.map(([time, point]) => [time, point.p95Ms]),
      // The window that is still open has a part of its spans only.
      load: points.filter(([, point]) => point.final).map(([time, point]) => [time, point.throughputPerSec]),
      from: this.from ?? 0,
      to: this.to ?? 1,
      several: this.several ?? false,
    };
  }

  /** @param {import('./columns.js').Column} column */
  head({ id, label }) {
    const root = element('th', { className: `c-${id}`, scope: 'col' });
    if (SPARKS.has(id)) {
      root.append(label);
      return root;
    }
    root.append(button(label, () => {
      const next = this.sort === id ? `-${id}` : this.sort === `-${id}` ? null : id;
      this.context.router.change({ sort: next });
    }));
    this.heads.set(id, root);
    return root;
  }
}
