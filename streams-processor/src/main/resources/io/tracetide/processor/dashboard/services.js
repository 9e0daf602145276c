/** The table of services; the selected one shows its operations below it. */

import { byId, element, drawing, write, attribute, KeyedList } from './element.js';
import { milliseconds, perSecond, percent, whole, span } from './format.js';

/** Each status has a shape, a word and a colour, so that each of them is sufficient. */
const STATUS = {
  critical: { rank: 0, word: 'Critical', path: 'M8 1.5 14.5 8 8 14.5 1.5 8Z' },
  degraded: { rank: 1, word: 'Degraded', path: 'M8 2 15 14H1Z' },
  silent: { rank: 2, word: 'Silent', path: 'M3 6.6h10v2.8H3Z' },
  warming_up: { rank: 3, word: 'Warming up', path: 'M8 2a6 6 0 1 1-6 6h3a3 3 0 1 0 3-3Z' },
  healthy: { rank: 4, word: 'Healthy', path: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Z' },
};
const UNKNOWN = { rank: 5, word: 'Unknown', path: 'M7 3h2v6H7Zm0 8h2v2H7Z' };

const someOrNothing = value => (value === 0 ? '' : whole(value));

const COLUMNS = [
  { id: 'service', label: 'Service', sort: (a, b) => a.service.localeCompare(b.service) || a.tenant.localeCompare(b.tenant) },
  { id: 'trend', label: 'p95 trend' },
  { id: 'rate', label: 'Rate', of: row => row.throughputPerSec, show: perSecond },
  { id: 'errors', label: 'Errors', of: row => row.errorRatePercent, show: percent },
  { id: 'p50', label: 'p50', of: row => row.p50Ms, show: milliseconds },
  { id: 'p95', label: 'p95', of: row => row.p95Ms, show: milliseconds },
  { id: 'p99', label: 'p99', of: row => row.p99Ms, show: milliseconds },
  { id: 'flight', label: 'In flight', of: row => row.inFlight, show: someOrNothing, whenSome: true },
  { id: 'stuck', label: 'Stuck', of: row => row.stuck, show: someOrNothing, whenSome: true },
  { id: 'open', label: 'Anomalies', of: row => row.openAnomalies, show: someOrNothing },
];
const FIGURES = COLUMNS.filter(column => column.of);
const MOST_ROWS = 300;
const TREND = { width: 84, height: 22 };

export const statusOf = name => STATUS[name] ?? UNKNOWN;

export const statusMark = name => drawing('svg', { viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true' }, drawing('path', { d: statusOf(name).path }));

export const keyOf = row => JSON.stringify([row.tenant, row.service]);

export class Services {
  constructor(onSelect) {
    this.onSelect = onSelect;
    this.order = null;
    this.rows = [];
    this.trends = new Map();
    this.list = new KeyedList(byId('service-rows'), row => row.key, row => (row.operation === undefined ? this.serviceRow(row) : this.operationRow()));
    this.heads = new Map();
    for (const column of COLUMNS) byId('service-heads').append(this.head(column));
    byId('search').addEventListener('input', () => this.draw());
  }

  show(answer, selected) {
    this.rows = answer.services;
    this.several = new Set(this.rows.map(row => row.tenant)).size > 1;
    this.selected = selected;
    this.known = true;
    for (const column of COLUMNS.filter(({ whenSome }) => whenSome)) {
      byId('services').classList.toggle(`no-${column.id}`, !this.rows.some(row => column.of(row) > 0));
    }
    this.draw();
  }

  /** @param answer analytics with one series for each service */
  showTrends(answer) {
    this.trends = new Map(answer.series.map(series => [keyOf(series), series.points.map(point => [Date.parse(point.start), point.p95Ms])]));
    this.span = [Date.parse(answer.from), Date.parse(answer.to)];
    this.draw();
  }

  draw() {
    if (!this.known) return;
    const wanted = byId('search').value.trim().toLowerCase();
    const found = this.rows.filter(row => row.service.toLowerCase().includes(wanted));
    found.sort(this.comparator());
    const shown = [];
    for (const row of found.slice(0, MOST_ROWS)) {
      const chosen = this.selected !== null && keyOf(row) === keyOf(this.selected);
      shown.push({ ...row, key: keyOf(row), chosen });
      if (chosen) {
        const operations = [...row.operations].sort((a, b) => b.count - a.count || a.operation.localeCompare(b.operation));
        for (const operation of operations) shown.push({ ...operation, key: `${keyOf(row)} ${operation.operation}` });
      }
    }
    this.list.show(shown);
    const more = found.length > MOST_ROWS ? `, the first ${MOST_ROWS} shown` : '';
    write(byId('services-note'), this.rows.length === 0 ? '' : `${wanted ? `${found.length} of ` : ''}${this.rows.length}${more}`);
    byId('services-empty').hidden = found.length > 0;
    write(byId('services-empty'), this.rows.length > 0
      ? 'No service name contains this text.'
      : 'No service has sent spans in this range. Spans sent to the gateway appear here within seconds.');
  }

  comparator() {
    const byName = (a, b) => a.service.localeCompare(b.service) || a.tenant.localeCompare(b.tenant);
    if (this.order === null) return (a, b) => statusOf(a.status).rank - statusOf(b.status).rank || byName(a, b);
    const { column, descending } = this.order;
    const sign = descending ? -1 : 1;
    if (column.sort) return (a, b) => sign * column.sort(a, b);
    return (a, b) => sign * ((column.of(a) ?? -1) - (column.of(b) ?? -1)) || byName(a, b);
  }

  head(column) {
    const root = element('th', { className: `c-${column.id}`, scope: 'col' });
    if (!column.of && !column.sort) {
      root.append(column.label);
      return root;
    }
    const button = element('button', { type: 'button' }, column.label);
    button.addEventListener('click', () => {
      const same = this.order?.column === column;
      const first = column.of !== undefined;
      if (!same) this.order = { column, descending: first };
      else if (this.order.descending === first) this.order = { column, descending: !first };
      else this.order = null;
      for (const [other, head] of this.heads) {
        attribute(head, 'aria-sort', this.order?.column === other ? (this.order.descending ? 'descending' : 'ascending') : null);
      }
      this.draw();
    });
    root.append(button);
    this.heads.set(column, root);
    return root;
  }

  serviceRow(first) {
    const shape = drawing('path');
    const status = drawing('svg', { viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true' }, shape);
    const name = element('b');
    const note = element('small');
    const button = element('button', { type: 'button' }, status, element('span', {}, name, note));
    button.addEventListener('click', () => this.onSelect(root.classList.contains('chosen') ? null : { tenant: first.tenant, service: first.service }));
    const trend = drawing('path', { fill: 'none', 'stroke-width': 1.4, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' });
    const cells = figureCells();
    const root = element('tr', { className: 'service' },
      element('th', { className: 'c-service', scope: 'row' }, button),
      element('td', { className: 'c-trend' }, drawing('svg', { viewBox: `0 0 ${TREND.width} ${TREND.height}`, width: TREND.width, height: TREND.height, 'aria-hidden': 'true' }, trend)),
      ...cells.map(({ cell }) => cell));
    return {
      root,
      update: row => {
        const known = statusOf(row.status);
        write(name, this.several ? `${row.tenant} / ${row.service}` : row.service);
        write(note, `${known.word}${this.remark(row)}`);
        attribute(shape, 'd', known.path);
        attribute(root, 'data-status', known === UNKNOWN ? 'unknown' : row.status);
        attribute(button, 'title', row.reason ? `${name.textContent}: ${row.reason}` : name.textContent);
        attribute(button, 'aria-expanded', row.chosen);
        root.classList.toggle('chosen', row.chosen);
        attribute(trend, 'd', this.trendPath(row.key));
        for (const { column, write: put } of cells) put(column.show(column.of(row)));
      },
    };
  }

  remark(row) {
    if (row.status === 'warming_up' && row.warmUp) return ` ${Math.floor((100 * row.warmUp.windows) / row.warmUp.needed)} %`;
    if (row.status === 'silent' && row.lastWorkAt) return ` for ${span(Date.now() - Date.parse(row.lastWorkAt))}`;
    return '';
  }

  operationRow() {
    const name = element('span');
    const cells = figureCells();
    const root = element('tr', { className: 'operation' },
      element('th', { className: 'c-service', scope: 'row' }, name),
      element('td', { className: 'c-trend' }),
      ...cells.map(({ cell }) => cell));
    return {
      root,
      update: row => {
        write(name, row.operation);
        attribute(name, 'title', row.operation);
        for (const { column, write: put } of cells) put(column.whenSome ? '' : column.show(column.of(row)));
      },
    };
  }

  trendPath(key) {
    const points = this.trends.get(key)?.filter(([, value]) => typeof value === 'number') ?? [];
    if (points.length < 2) return '';
    const most = Math.max(...points.map(([, value]) => value));
    const [from, to] = this.span;
    return points
      .map(([start, value], at) => {
        const x = ((start - from) / (to - from)) * (TREND.width - 4) + 2;
        const y = TREND.height - 3 - (value / (most || 1)) * (TREND.height - 6);
        return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join('');
  }
}

function figureCells() {
  return FIGURES.map(column => {
    const value = element('span');
    const cell = element('td', { className: `c-${column.id}`, 'data-label': column.label }, value);
    return { column, cell, write: text => write(value, text) };
  });
}
