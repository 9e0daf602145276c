/** Name, status and figures of a service. */

import { attribute, button, element, name, write } from '../../core/dom.js';
import { milliseconds, percent, perSecond, span, whole } from '../../core/format.js';
import { serviceState, shape } from '../../core/status.js';

/** @typedef {import('../../api/types.js').ServiceRow} Row */

/** @type {[string, (row: Row) => string][]} */
const FIGURES = [
  ['Throughput', row => perSecond(row.throughputPerSec)],
  ['Errors', row => percent(row.errorRatePercent)],
  ['p50', row => milliseconds(row.p50Ms)],
  ['p95', row => milliseconds(row.p95Ms)],
  ['p99', row => milliseconds(row.p99Ms)],
  ['Open anomalies', row => whole(row.openAnomalies)],
  ['In flight', row => whole(row.inFlight)],
  ['Stuck', row => whole(row.stuck)],
];

export class ServiceHead {
  /** @param {import('../../core/view.js').Context} context @param {{tenant: string, service: string}} only */
  constructor(context, { tenant, service }) {
    this.mark = element('span', { className: 'mark' });
    this.word = element('b');
    this.reason = element('span', { className: 'reason', dir: 'auto' });
    this.state = element('p', { className: 'status-line' }, this.mark, this.word, this.reason);
    const actions = element('div', { className: 'actions' });
    if (context.mayAct) {
      actions.append(button('Silence…', async () => {
        const { silenceDialog } = await import('../../part/silence.js');
        silenceDialog(context, { tenant, matchers: [{ name: 'service', value: service, isRegex: false, isEqual: true }] });
      }, { className: 'quiet' }));
    }
    this.values = FIGURES.map(([label]) => ({ label, value: element('span') }));
    this.totals = element('dl', { className: 'totals', 'aria-label': 'The service over the range' }, ...this.values.map(({ label, value }) => element('div', {}, element('dt', {}, label), element('dd', {}, value))));
    this.root = element('header', { className: 'head' },
      element('p', { className: 'crumbs' }, element('a', { href: context.router.link('fleet') }, 'Fleet'), tenant === 'default' ? '' : ` / ${tenant}`),
      element('div', { className: 'head-line' }, element('h1', { id: 'service-name' }, name(service)), this.state, actions),
      this.totals);
  }

  /** @param {Row | null} row null if it had no spans in the range */
  show(row) {
    const status = row?.status ?? 'silent';
    attribute(this.state, 'data-status', status);
    this.mark.replaceChildren(shape(serviceState(status), 15));
    write(this.word, serviceState(status).word);
    const since = row?.lastWorkAt ? `, last span ${span(Date.now() - Date.parse(row.lastWorkAt))} ago` : '';
    write(this.reason, row ? `${row.reason}${status === 'silent' ? since : ''}` : 'No spans in this range.');
    for (const [at, [, show]] of FIGURES.entries()) write(this.values[at].value, row ? show(row) : '–');
  }
}
