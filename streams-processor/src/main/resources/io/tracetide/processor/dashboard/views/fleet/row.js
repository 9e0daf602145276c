/** One row of the table of services. */

import { attribute, element, name, write, writeName } from '../../core/dom.js';
import { change, span } from '../../core/format.js';
import { serviceState, shape } from '../../core/status.js';
import { spark } from '../../chart/spark.js';
import { COLUMNS } from './columns.js';

/** @typedef {import('../../api/types.js').ServiceRow} Row */

/** @param {import('../../core/view.js').Context} context @param {Row} first */
export function serviceRow(context, first) {
  const mark = element('span', { className: 'mark' });
  const title = name();
  const note = element('small');
  const link = element('a', {}, mark, element('span', { className: 'names' }, title, note));
  const trend = spark();
  const load = spark();
  const cells = COLUMNS.filter(column => column.of).map(column => {
    const value = element('span');
    const delta = element('small');
    return { column, value, delta, cell: element('td', { className: `c-${column.id}`, 'data-label': column.label }, value, delta) };
  });
  const root = element('tr', {},
    element('th', { className: 'c-service', scope: 'row' }, link),
    element('td', { className: 'c-trend' }, trend.root),
    element('td', { className: 'c-load' }, load.root),
    ...cells.map(({ cell }) => cell));
  let status = '';
  return {
    root,
    /** @param {import('./table.js').Shown} shown */
    update({ row, before, trend: points, load: rates, from, to, several }) {
      if (status !== row.status) {
        status = row.status;
        mark.replaceChildren(shape(serviceState(status), 14));
        attribute(root, 'data-status', status);
      }
      writeName(title, several ? `${row.tenant} / ${row.service}` : row.service);
      write(note, serviceState(row.status).word + remark(row));
      attribute(link, 'href', context.router.link('service', [first.tenant, first.service], { q: null }));
      attribute(link, 'title', row.reason);
      trend.show(points, from, to);
      load.show(rates, from, to);
      for (const { column, value, delta } of cells) {
        const { of, show } = column;
        if (!of || !show) continue;
        write(value, show(of(row)));
        const changed = column.compared && before ? change(of(row), of(before)) : null;
        write(delta, changed?.text ?? '');
        delta.className = !changed || !column.worseUp ? '' : changed.ratio > 1 ? 'worse' : 'better';
      }
    },
  };
}

/** @param {Row} row */
function remark(row) {
  if (row.status === 'warming_up' && row.warmUp) return ` ${Math.floor((100 * row.warmUp.windows) / row.warmUp.needed)} %`;
  if (row.status === 'silent' && row.lastWorkAt) return ` for ${span(Date.now() - Date.parse(row.lastWorkAt))}`;
  return '';
}
