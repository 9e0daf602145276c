/** One incident: its timeline over services and operations, and each anomaly with its values and example traces. */

import { listed } from '../../api/client.js';
import * as monitoring from '../../api/monitoring.js';
import { KeyedList, attribute, element, name, write, writeName } from '../../core/dom.js';
import { full, moment, place, span } from '../../core/format.js';
import { severityOf, shape } from '../../core/status.js';
import { AnomalyActions } from './actions.js';
import { anomalyCard } from './card.js';
import { Timeline } from './timeline.js';

/** @typedef {import('../../api/types.js').Anomaly} Anomaly */
/** @typedef {import('../../api/types.js').Incident} Incident */

/** @param {import('../../core/view.js').Context} context @param {string} tenant @param {string} id @returns {import('../../core/view.js').View} */
export function incidentView(context, tenant, id) {
  const severity = element('span', { className: 'severity' });
  const title = name();
  const state = element('span', { className: 'phase' });
  const when = element('span', { className: 'soft' });
  const spread = element('p', { className: 'soft' });
  const actions = new AnomalyActions(context);
  const header = element('header', { className: 'head' },
    element('p', { className: 'crumbs' }, element('a', { href: context.router.link('anomalies') }, 'Anomalies')),
    element('div', { className: 'head-line' }, severity, element('h1', { id: 'incident-title' }, title), state, when, actions.root), spread);
  const timeline = new Timeline(context);
  const list = element('ol', { className: 'cards' });
  const empty = element('p', { className: 'card empty' }, 'Loading');
  context.host.append(header, empty, timeline.root, list);
  timeline.root.hidden = true;
  const cards = new KeyedList(list, (/** @type {Anomaly} */ anomaly) => anomaly.anomalyId, () => anomalyCard(context));
  /** @type {Anomaly[]} */
  let shown = [];
  let scrolled = '';

  const draw = () => {
    cards.show(shown);
    timeline.show(shown);
  };
  const reveal = () => {
    const wanted = context.router.address.query.get('anomaly') ?? '';
    if (!wanted || wanted === scrolled || shown.length === 0) return;
    scrolled = wanted;
    const card = list.children[shown.findIndex(({ anomalyId }) => anomalyId === wanted)];
    card?.classList.add('chosen');
    if (shown[0].anomalyId !== wanted) card?.scrollIntoView({ block: 'start' });
  };
  const head = (/** @type {Incident} */ incident) => {
    const mark = severityOf(incident.severity);
    const open = incident.state === 'OPEN';
    attribute(header, 'data-severity', mark.word.toLowerCase());
    attribute(header, 'data-state', incident.state.toLowerCase());
    if (severity.textContent !== mark.word) severity.replaceChildren(shape(mark, 15), mark.word);
    const { service, operation } = incident.origin;
    writeName(title, place(service, operation));
    context.frame.title(service);
    write(state, open ? 'Open' : 'Resolved');
    const opened = Date.parse(incident.openedAt);
    write(when, open ? `since ${moment(opened)}, for ${span(Date.now() - opened)}` : `${full(opened)}, lasted ${span(Date.parse(incident.resolvedAt ?? incident.openedAt) - opened)}`);
    spread.replaceChildren('Most likely origin: ', element('a', { href: context.router.link('service', [tenant, service]) }, name(service)), ...incident.services.filter(one => one !== service).flatMap((one, at) => [at === 0 ? '. Also concerned: ' : ', ', element('a', { href: context.router.link('service', [tenant, one]) }, name(one))]), '.');
  };
  const incident = context.refresher(async signal => {
    const { incidents, ...rest } = await monitoring.incidents({ tenant, limit: '1000' }, signal);
    const found = incidents.find(one => one.incidentId === id) ?? incidents.find(({ anomalies }) => anomalies.some(({ anomalyId }) => anomalyId === id)) ?? null;
    if (!found) return { ...rest, found, anomalies: [] };
    const { anomalies } = await monitoring.anomalies({ tenant, services: found.services.map(listed).join(','), limit: '1000' }, signal);
    const ids = new Set(found.anomalies.map(({ anomalyId }) => anomalyId));
    return { ...rest, found, anomalies: anomalies.filter(({ anomalyId }) => ids.has(anomalyId)) };
  }, answer => {
    empty.hidden = answer.found !== null;
    if (!answer.found) {
      write(empty, 'This incident is not kept any more, or belongs to another tenant.');
      return;
    }
    head(answer.found);
    timeline.root.hidden = false;
    const known = new Map(answer.anomalies.map(anomaly => [anomaly.anomalyId, anomaly]));
    // Cards keep their place; a further anomaly of the incident is added below.
    const kept = shown.flatMap(({ anomalyId }) => known.get(anomalyId) ?? []);
    const { origin } = answer.found;
    const fresh = answer.anomalies.filter(({ anomalyId }) => !shown.some(one => one.anomalyId === anomalyId)).sort((a, b) => Number(b.service === origin.service) - Number(a.service === origin.service) || rank(a) - rank(b) || Date.parse(a.openedAt) - Date.parse(b.openedAt));
    shown = [...kept, ...fresh];
    draw();
    reveal();
    actions.show(shown);
  });
  context.eachSecond(draw);
  let started = false;
  return {
    show() {
      if (!started) {
        incident.restart();
        context.subscribe('anomalies', 'subscribe_anomalies', { tenant, limit: '1' }, () => incident.changed());
      }
      started = true;
      reveal();
    },
  };
}

/** @param {Anomaly} anomaly */
const rank = anomaly => (anomaly.state === 'OPEN' ? 0 : 10) + severityOf(anomaly.severity).rank;
