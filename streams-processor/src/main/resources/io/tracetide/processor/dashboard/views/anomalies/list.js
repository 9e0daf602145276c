/** Incidents of the range, open ones first, each with its anomalies. New ones are announced. */

import * as monitoring from '../../api/monitoring.js';
import { KeyedList, attribute, button, element, name, segments, write, writeName } from '../../core/dom.js';
import { moment, place, span, whole } from '../../core/format.js';
import { parametersOf } from '../../core/range.js';
import { kindName, severityOf, shape } from '../../core/status.js';

/** @typedef {import('../../api/types.js').Incident} Incident */
/** @typedef {import('../../api/types.js').IncidentPart} Part */

const MOST = 200;
const MOST_PARTS = 4;

/** @param {import('../../core/view.js').Context} context @returns {import('../../core/view.js').View} */
export function incidentList(context) {
  const { router } = context;
  const which = segments('Which incidents', 'which', [['all', 'In the range'], ['open', 'Open now']], 'all', value => router.change({ show: value === 'open' ? 'open' : null }));
  const severity = element('select', { 'aria-label': 'Severity' }, ...[['', 'Any severity'], ['critical', 'Critical'], ['high,critical', 'High or critical'], ['medium,high,critical', 'Medium or more']].map(([value, text]) => element('option', { value }, text)));
  severity.addEventListener('change', () => router.change({ severity: severity.value }));
  const search = element('input', { type: 'search', placeholder: 'Find a service', 'aria-label': 'Find a service', autocomplete: 'off', spellcheck: 'false' });
  search.addEventListener('input', () => router.change({ q: search.value || null }, false));
  const note = element('p');
  const more = button('', () => accept(), { className: 'again' });
  const list = element('ol', { className: 'incidents', id: 'incidents' });
  const empty = element('p', { className: 'empty' }, 'Loading');
  context.host.append(element('section', { className: 'card', 'aria-labelledby': 'incidents-title' },
    element('div', { className: 'title' }, element('h1', { id: 'incidents-title' }, 'Anomalies by incident'), note, more, element('div', { className: 'filters' }, which.root, severity, search)), list, empty));
  const rows = new KeyedList(list, keyOf, () => row(context));
  /** @type {Incident[]} */
  let all = [];
  /** @type {string[] | null} */
  let order = null;
  let total = 0;

  const matching = () => {
    const wanted = search.value.trim().toLowerCase();
    return all.filter(({ services }) => !wanted || services.some(service => service.toLowerCase().includes(wanted)));
  };
  const accept = () => {
    order = [...all].sort((a, b) => Number(b.state === 'OPEN') - Number(a.state === 'OPEN') || Date.parse(b.openedAt) - Date.parse(a.openedAt)).map(keyOf);
    draw();
  };
  const draw = () => {
    if (order === null) return;
    const found = new Map(matching().map(incident => [keyOf(incident), incident]));
    const shown = order.flatMap(key => found.get(key) ?? []);
    const known = new Set(order);
    const fresh = [...found.keys()].filter(key => !known.has(key)).length;
    if (shown.length === 0 && fresh > 0) {
      accept();
      return;
    }
    rows.show(shown);
    more.hidden = fresh === 0;
    write(more, `Show ${fresh} new`);
    write(note, total > all.length ? `newest ${all.length} of ${whole(total)}` : shown.length > 0 ? String(shown.length) : '');
    empty.hidden = shown.length > 0;
    write(empty, router.address.query.get('show') === 'open' ? 'No incident is open.' : 'No anomaly in this range.');
  };
  const incidents = context.refresher(signal => {
    const { query } = router.address;
    const range = query.get('show') === 'open' ? { resolved: 'false' } : parametersOf(context.range);
    return monitoring.incidents({ ...range, tenant: context.tenant, severity: query.get('severity') ?? undefined, limit: String(MOST) }, signal);
  }, answer => {
    all = answer.incidents;
    total = answer.total;
    if (order === null) accept();
    else draw();
  });
  context.eachSecond(draw);
  let shown = '';
  return {
    show({ query }) {
      which.choose(query.get('show') === 'open' ? 'open' : 'all');
      severity.value = query.get('severity') ?? '';
      if (document.activeElement !== search) search.value = query.get('q') ?? '';
      const wanted = ['range', 'from', 'to', 'tenant', 'severity', 'show'].map(one => query.get(one)).join('\n');
      if (wanted === shown) {
        draw();
        return;
      }
      shown = wanted;
      order = null;
      incidents.restart();
      context.subscribe('anomalies', 'subscribe_anomalies', { timeRange: context.range.text ?? undefined, tenant: context.tenant, limit: '1' }, () => incidents.changed());
    },
  };
}

/** @param {Incident} incident */
const keyOf = incident => `${incident.tenant} ${incident.incidentId}`;

/** @param {import('../../core/view.js').Context} context */
function row(context) {
  const severity = element('span', { className: 'severity' });
  const title = name();
  const link = element('a', { className: 'where' }, title);
  const state = element('span', { className: 'phase' });
  const when = element('time');
  const services = element('p', { className: 'soft spread' });
  const parts = element('ol', { className: 'parts' });
  const left = element('p', { className: 'soft' });
  const list = new KeyedList(parts, (/** @type {{part: Part, incident: Incident}} */ item) => item.part.anomalyId, () => partRow(context));
  const root = element('li', {}, element('div', { className: 'incident-line' }, severity, link, state, when), services, parts, left);
  return {
    root,
    update: (/** @type {Incident} */ incident) => {
      const mark = severityOf(incident.severity);
      const open = incident.state === 'OPEN';
      attribute(root, 'data-severity', mark.word.toLowerCase());
      attribute(root, 'data-state', incident.state.toLowerCase());
      if (severity.textContent !== mark.word) severity.replaceChildren(shape(mark), mark.word);
      const { service, operation } = incident.origin;
      writeName(title, place(service, operation));
      link.href = context.router.link('anomalies', [incident.tenant, incident.incidentId]);
      write(state, open ? 'Open' : 'Resolved');
      const opened = Date.parse(incident.openedAt);
      write(when, open ? `for ${span(Date.now() - opened)}` : `${moment(opened)}, lasted ${span(Date.parse(incident.resolvedAt ?? incident.openedAt) - opened)}`);
      const others = incident.services.filter(one => one !== service);
      writeName(services, others.length > 0 ? `most likely origin: ${service}; also ${others.join(', ')}` : '');
      const sorted = [...incident.anomalies].sort((a, b) => Number(b.state === 'OPEN') - Number(a.state === 'OPEN') || severityOf(a.severity).rank - severityOf(b.severity).rank);
      list.show(sorted.slice(0, MOST_PARTS).map(part => ({ part, incident })));
      write(left, incident.total > MOST_PARTS ? `and ${incident.total - MOST_PARTS} more` : '');
    },
  };
}

/** @param {import('../../core/view.js').Context} context */
function partRow(context) {
  const kind = element('b');
  const link = element('a', {}, kind);
  const what = element('span', { className: 'what', dir: 'auto' });
  const root = element('li', {}, link, what);
  return {
    root,
    update: (/** @type {{part: Part, incident: Incident}} */ { part, incident }) => {
      write(kind, kindName(part.kind));
      link.href = context.router.link('anomalies', [incident.tenant, incident.incidentId], { anomaly: part.anomalyId });
      writeName(what, part.summary);
      attribute(root, 'data-state', part.state.toLowerCase());
    },
  };
}
