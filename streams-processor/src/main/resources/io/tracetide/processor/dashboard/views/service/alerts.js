/** Alerts of a service. */

import * as alerts from '../../api/alerts.js';
import { KeyedList, attribute, element, name, write, writeName } from '../../core/dom.js';
import { span } from '../../core/format.js';
import { severityOf, shape } from '../../core/status.js';
import { acknowledgementText, stateOf } from '../../part/alertstate.js';

/** @typedef {import('../../api/types.js').Alert} Alert */

export class ServiceAlerts {
  /** @param {import('../../core/view.js').Context} context @param {{tenant: string, service: string}} only */
  constructor(context, only) {
    this.context = context;
    this.only = only;
    this.list = element('ol', { className: 'short-list' });
    this.empty = element('p', { className: 'calm' }, context.about.alerting ? 'Loading' : 'This processor has no address of an alert sink.');
    this.root = element('section', { className: 'card', 'aria-labelledby': 'own-alerts' },
      element('div', { className: 'title' }, element('h2', { id: 'own-alerts' }, 'Alerts'), context.about.alerting ? element('a', { className: 'more', href: context.router.link('alerts') }, 'All alerts') : ''), this.list, this.empty);
    this.rows = new KeyedList(this.list, (/** @type {Alert} */ alert) => alert.fingerprint, () => this.row());
  }

  refresher() {
    if (!this.context.about.alerting) return null;
    const { tenant, service } = this.only;
    return this.context.refresher(signal => alerts.alerts([`service=${JSON.stringify(service)}`, `tenant=${JSON.stringify(tenant)}`], signal), answer => {
      this.rows.show(answer);
      this.empty.hidden = answer.length > 0;
      write(this.empty, 'No alert of this service is firing.');
    }, { leastMs: 2_000, fail: failure => write(this.empty, failure instanceof Error ? failure.message : 'No answer.') });
  }

  row() {
    const severity = element('span', { className: 'severity' });
    const link = element('a');
    const title = name();
    link.append(title);
    const state = element('span', { className: 'what' });
    const when = element('time');
    const root = element('li', {}, severity, element('div', { className: 'body' }, link, state), when);
    return {
      root,
      update: (/** @type {Alert} */ alert) => {
        const mark = severityOf(alert.labels.severity ?? '');
        attribute(root, 'data-severity', mark.word.toLowerCase());
        if (severity.textContent !== mark.word) severity.replaceChildren(shape(mark), mark.word);
        writeName(title, `${alert.labels.alertname}${alert.labels.operation && alert.labels.operation !== '*' ? ` · ${alert.labels.operation}` : ''}`);
        link.href = this.context.router.link('alerts', [], { alert: alert.fingerprint });
        const { acknowledgement } = alert;
        const word = stateOf(alert);
        write(state, [word === 'Acknowledged' ? '' : word, acknowledgement ? acknowledgementText(acknowledgement) : ''].filter(Boolean).join('. '));
        write(when, `for ${span(Date.now() - Date.parse(alert.startsAt))}`);
      },
    };
  }
}
