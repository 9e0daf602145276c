/** Anomalies and breaches of contracts in which the trace takes part. */

import { element, name } from '../../core/dom.js';
import { moment } from '../../core/format.js';
import { detectorName, kindName, severityOf, shape } from '../../core/status.js';

/** @typedef {import('../../api/types.js').Anomaly} Anomaly */

export class Breaches {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.list = element('ol', { className: 'short-list' });
    this.root = element('section', { className: 'card', 'aria-labelledby': 'breaches-title', hidden: true },
      element('div', { className: 'title' }, element('h2', { id: 'breaches-title' }, 'Anomalies and breaches with this trace')), this.list);
    this.shown = '';
  }

  /** @param {Anomaly[]} anomalies */
  show(anomalies) {
    this.root.hidden = anomalies.length === 0;
    const key = JSON.stringify(anomalies.map(({ anomalyId, revision, state }) => [anomalyId, revision, state]));
    if (key === this.shown) return;
    this.shown = key;
    this.list.replaceChildren(...anomalies.slice(0, 10).map(anomaly => {
      const mark = severityOf(anomaly.severity);
      return element('li', { 'data-severity': mark.word.toLowerCase(), 'data-state': anomaly.state.toLowerCase() },
        element('span', { className: 'severity' }, shape(mark), mark.word),
        element('div', { className: 'body' },
          element('a', { href: this.context.router.link('anomalies', [anomaly.tenant, anomaly.incident?.incidentId ?? anomaly.anomalyId], { anomaly: anomaly.anomalyId }) }, name(`${kindName(anomaly.kind)}${anomaly.rule ? ` · ${anomaly.rule}` : ''}`)),
          element('span', { className: 'what', dir: 'auto', title: anomaly.summary }, anomaly.summary)),
        element('span', { className: 'soft' }, detectorName(anomaly.detector)),
        element('time', { datetime: anomaly.openedAt }, `${anomaly.state === 'OPEN' ? 'since ' : ''}${moment(Date.parse(anomaly.openedAt))}`));
    }));
  }
}
