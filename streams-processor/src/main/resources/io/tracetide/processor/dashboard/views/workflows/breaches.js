/** Breaches of contracts and controls, and stuck and abandoned traces, open ones first. */

import { KeyedList, attribute, element, name, write, writeName } from '../../core/dom.js';
import { moment, span } from '../../core/format.js';
import { kindName, severityOf, shape } from '../../core/status.js';

/** @typedef {import('../../api/types.js').Anomaly} Anomaly */

const MOST = 10;

export class Breaches {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.note = element('p');
    this.list = element('ol', { className: 'short-list' });
    this.empty = element('p', { className: 'calm' }, 'Loading');
    this.root = element('section', { className: 'card', id: 'breaches', 'aria-labelledby': 'breaches-title' },
      element('div', { className: 'title' }, element('h2', { id: 'breaches-title' }, 'Breaches of contracts, stuck and abandoned traces'), this.note), this.list, this.empty);
    this.rows = new KeyedList(this.list, (/** @type {Anomaly} */ anomaly) => anomaly.anomalyId, () => this.row());
  }

  /** @param {Anomaly[]} anomalies */
  show(anomalies) {
    const sorted = [...anomalies].sort((a, b) => Number(b.state === 'OPEN') - Number(a.state === 'OPEN') || Date.parse(b.openedAt) - Date.parse(a.openedAt));
    this.rows.show(sorted.slice(0, MOST));
    write(this.note, sorted.length > MOST ? `first ${MOST} of ${sorted.length}` : sorted.length > 0 ? String(sorted.length) : '');
    this.empty.hidden = sorted.length > 0;
    write(this.empty, 'No breach in this range.');
  }

  row() {
    const severity = element('span', { className: 'severity' });
    const link = element('a');
    const title = name();
    link.append(title);
    const what = element('span', { className: 'what', dir: 'auto' });
    const trace = element('a', { className: 'to-trace' }, 'Trace');
    const when = element('time');
    const root = element('li', {}, severity, element('div', { className: 'body' }, link, what), trace, when);
    return {
      root,
      update: (/** @type {Anomaly} */ anomaly) => {
        const mark = severityOf(anomaly.severity);
        attribute(root, 'data-severity', mark.word.toLowerCase());
        attribute(root, 'data-state', anomaly.state.toLowerCase());
        if (severity.textContent !== mark.word) severity.replaceChildren(shape(mark), mark.word);
        writeName(title, `${kindName(anomaly.kind)}${anomaly.rule ? ` · ${anomaly.rule}` : ''} · ${anomaly.service}`);
        link.href = this.context.router.link('anomalies', [anomaly.tenant, anomaly.incident?.incidentId ?? anomaly.anomalyId], { anomaly: anomaly.anomalyId });
        writeName(what, anomaly.summary);
        const id = anomaly.traceIds[0] ?? anomaly.exemplars.slowest;
        trace.hidden = !id;
        if (id) trace.href = this.context.router.link('trace', [anomaly.tenant, id]);
        const opened = Date.parse(anomaly.openedAt);
        write(when, anomaly.state === 'OPEN' ? `open for ${span(Date.now() - opened)}` : `${moment(opened)}, ${span(Date.parse(anomaly.resolvedAt ?? anomaly.updatedAt) - opened)}`);
      },
    };
  }
}
