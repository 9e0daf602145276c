/** Anomalies of a service in the range, open ones first. */

import { KeyedList, attribute, element, name, write, writeName } from '../../core/dom.js';
import { moment, span } from '../../core/format.js';
import { severityOf, shape } from '../../core/status.js';

/** @typedef {import('../../api/types.js').Anomaly} Anomaly */

const MOST = 8;

export class ServiceAnomalies {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.note = element('p');
    this.list = element('ol', { className: 'short-list' });
    this.empty = element('p', { className: 'calm' }, 'Loading');
    this.root = element('section', { className: 'card', 'aria-labelledby': 'own-anomalies' },
      element('div', { className: 'title' }, element('h2', { id: 'own-anomalies' }, 'Anomalies'), this.note), this.list, this.empty);
    this.rows = new KeyedList(this.list, (/** @type {Anomaly} */ anomaly) => anomaly.anomalyId, () => this.row());
  }

  /** @param {import('../../api/types.js').Anomalies} answer */
  show({ anomalies, total }) {
    const sorted = [...anomalies].sort((a, b) => Number(b.state === 'OPEN') - Number(a.state === 'OPEN') || Date.parse(b.openedAt) - Date.parse(a.openedAt));
    this.rows.show(sorted.slice(0, MOST));
    write(this.note, total > MOST ? `first ${MOST} of ${total}` : total > 0 ? String(total) : '');
    this.empty.hidden = total > 0;
    write(this.empty, 'No anomaly in this range.');
  }

  row() {
    const severity = element('span', { className: 'severity' });
    const link = element('a');
    const where = name();
    link.append(where);
    const what = element('span', { className: 'what', dir: 'auto' });
    const when = element('time');
    const trace = element('a', { className: 'to-trace' }, 'Trace');
    const root = element('li', {}, severity, element('div', { className: 'body' }, link, what), trace, when);
    return {
      root,
      update: (/** @type {Anomaly} */ anomaly) => {
        const mark = severityOf(anomaly.severity);
        attribute(root, 'data-severity', mark.word.toLowerCase());
        attribute(root, 'data-state', anomaly.state.toLowerCase());
        if (severity.textContent !== mark.word) severity.replaceChildren(shape(mark), mark.word);
        writeName(where, anomaly.operation === '*' ? 'whole service' : anomaly.operation);
        link.href = this.context.router.link('anomalies', [anomaly.tenant, anomaly.incident?.incidentId ?? anomaly.anomalyId], { anomaly: anomaly.anomalyId });
        writeName(what, anomaly.summary);
        const exemplar = (anomaly.peak ?? anomaly).exemplars;
        const id = exemplar.error ?? exemplar.slowest ?? exemplar.typical;
        trace.hidden = id === null;
        if (id) trace.href = this.context.router.link('trace', [anomaly.tenant, id]);
        const opened = Date.parse(anomaly.openedAt);
        write(when, anomaly.state === 'OPEN' ? `open for ${span(Date.now() - opened)}` : `${moment(opened)}, ${span(Date.parse(anomaly.resolvedAt ?? anomaly.updatedAt) - opened)}`);
        attribute(when, 'datetime', anomaly.openedAt);
      },
    };
  }
}
