/** Open incidents, the most severe and newest first, with who was notified. */

import * as alerts from '../../api/alerts.js';
import * as monitoring from '../../api/monitoring.js';
import { KeyedList, attribute, element, name, write, writeName } from '../../core/dom.js';
import { place, span, whole } from '../../core/format.js';
import { severityOf, shape } from '../../core/status.js';

/** @typedef {import('../../api/types.js').Incident} Incident */

const MOST = 5;

/** The anomaly whose sentence describes the incident: an open one, of the origin if possible, the most severe. @param {Incident} incident */
function describing({ anomalies, origin }) {
  const weight = (/** @type {import('../../api/types.js').IncidentPart} */ part) =>
    (part.state === 'OPEN' ? 0 : 100) + (part.service === origin.service && part.operation === origin.operation ? 0 : 10) + severityOf(part.severity).rank;
  return [...anomalies].sort((a, b) => weight(a) - weight(b))[0];
}

export class OpenIncidents {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    this.context = context;
    this.note = element('p');
    this.list = element('ol', { className: 'incident-list' });
    this.empty = element('p', { className: 'calm' }, 'Loading');
    this.more = element('a', { className: 'more' });
    this.root = element('section', { className: 'card now', 'aria-labelledby': 'now-title' },
      element('div', { className: 'title' }, element('h2', { id: 'now-title' }, 'Open incidents'), this.note, this.more), this.list, this.empty);
    this.rows = new KeyedList(this.list, (/** @type {Incident} */ incident) => `${incident.tenant} ${incident.incidentId}`, () => this.row());
    /** @type {Incident[]} */
    this.shown = [];
    /** @type {Map<string, {receivers: Set<string>, notes: Set<string>}>} by incident: who is notified, and what mutes its alerts or who acknowledged them */
    this.informed = new Map();
    context.eachSecond(() => this.rows.show(this.shown));
  }

  refresher() {
    const { context } = this;
    return context.refresher(
      async signal => {
        const [answer, groups] = await Promise.all([
          monitoring.incidents({ resolved: 'false', tenant: context.tenant, limit: '100' }, signal),
          context.about.alerting ? alerts.groups(signal).catch(() => null) : null,
        ]);
        return { ...answer, groups };
      },
      answer => this.show(answer),
    );
  }

  /** @param {import('../../api/types.js').Incidents & {groups: import('../../api/types.js').AlertGroup[] | null}} answer */
  show(answer) {
    this.informed = new Map();
    for (const group of answer.groups ?? []) {
      for (const alert of group.alerts) {
        const key = `${alert.labels.tenant} ${alert.labels.incident}`;
        const informed = this.informed.get(key) ?? { receivers: new Set(), notes: new Set() };
        const { silencedBy, mutedBy, inhibitedBy } = alert.status;
        const muted = silencedBy.length > 0 ? 'silenced' : mutedBy.length > 0 ? 'muted' : inhibitedBy.length > 0 ? 'inhibited' : '';
        if (muted) informed.notes.add(muted);
        else informed.receivers.add(group.receiver.name);
        if (alert.acknowledgement) informed.notes.add(`acknowledged by ${alert.acknowledgement.by}`);
        this.informed.set(key, informed);
      }
    }
    const all = [...answer.incidents].sort((a, b) => severityOf(a.severity).rank - severityOf(b.severity).rank || Date.parse(b.openedAt) - Date.parse(a.openedAt));
    this.shown = all.slice(0, MOST);
    this.rows.show(this.shown);
    write(this.note, answer.total > 0 ? whole(answer.total) : '');
    this.more.href = this.context.router.link('anomalies', [], { show: 'open' });
    write(this.more, answer.total > MOST ? `All ${whole(answer.total)}` : 'All anomalies');
    this.empty.hidden = all.length > 0;
    write(this.empty, 'No incident is open.');
    this.list.hidden = all.length === 0;
  }

  row() {
    const severity = element('span', { className: 'severity' });
    const where = element('a', { className: 'where' });
    const whereText = name();
    where.append(whereText);
    const what = element('span', { className: 'what', dir: 'auto' });
    const spread = element('span', { className: 'spread' });
    const since = element('time');
    const told = element('span', { className: 'told' });
    const root = element('li', {}, severity, element('div', { className: 'body' }, element('div', { className: 'place' }, where, spread), what), told, since);
    return {
      root,
      update: (/** @type {Incident} */ incident) => {
        const mark = severityOf(incident.severity);
        const { service, operation } = incident.origin;
        attribute(root, 'data-severity', mark.word.toLowerCase());
        if (severity.dataset.word !== mark.word) {
          severity.dataset.word = mark.word;
          severity.replaceChildren(shape(mark), mark.word);
        }
        writeName(whereText, place(service, operation));
        where.href = this.context.router.link('anomalies', [incident.tenant, incident.incidentId], { show: null });
        writeName(what, describing(incident)?.summary ?? '');
        const others = incident.services.filter(one => one !== service);
        writeName(spread, others.length === 0 ? '' : `and ${others.join(', ')}`);
        const informed = this.informed.get(`${incident.tenant} ${incident.incidentId}`);
        writeName(told, informed ? [informed.receivers.size > 0 ? `to ${[...informed.receivers].join(', ')}` : '', ...informed.notes].filter(Boolean).join(', ') : '');
        write(since, `for ${span(Date.now() - Date.parse(incident.openedAt))}`);
        attribute(since, 'datetime', incident.openedAt);
      },
    };
  }
}
