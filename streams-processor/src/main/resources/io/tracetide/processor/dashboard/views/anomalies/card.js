/** One anomaly: its sentence, what was observed against what was expected, and example traces. */

import { KeyedList, attribute, element, name, write, writeName } from '../../core/dom.js';
import { moment, place, span } from '../../core/format.js';
import { detectorName, kindName, severityOf, shape } from '../../core/status.js';
import { Feedback } from '../../part/feedback.js';
import { featureRow } from './feature.js';

/** @typedef {import('../../api/types.js').Anomaly} Anomaly */
/** @typedef {import('../../api/types.js').Feature} Feature */
/** @typedef {{feature: Feature, now: number | null | undefined}} Shown */

/** @type {['slowest' | 'error' | 'typical', string][]} */
const EXEMPLARS = [['slowest', 'Slowest trace'], ['error', 'Failed trace'], ['typical', 'Typical trace']];
const MOST_TRACES = 10;

/** @param {import('../../core/view.js').Context} context */
export function anomalyCard(context) {
  const severity = element('span', { className: 'severity' });
  const where = name();
  const kind = element('span', { className: 'soft' });
  const when = element('time');
  const sentence = element('p', { className: 'sentence', dir: 'auto' });
  const body = element('tbody');
  const observed = element('th', { scope: 'col' });
  const table = element('table', { className: 'features' },
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Feature'), observed, element('th', { scope: 'col' }, 'Now'), element('th', { scope: 'col' }, 'Expected'), element('th', { scope: 'col', className: 'c-gauge' }, '◆ peak, ┃ now, ▭ expected'), element('th', { scope: 'col' }, 'Share'))), body);
  const features = new KeyedList(body, (/** @type {Shown} */ shown) => shown.feature.name, () => featureRow());
  const traces = element('p', { className: 'exemplars' });
  const facts = element('p', { className: 'soft' });
  const feedback = new Feedback(context);
  const root = element('li', { className: 'card anomaly' },
    element('div', { className: 'incident-line' }, severity, element('h2', {}, where), kind, when), sentence, traces, table, facts, feedback.root);
  let linked = '';
  return {
    root,
    update: (/** @type {Anomaly} */ anomaly) => {
      const mark = severityOf(anomaly.severity);
      const open = anomaly.state === 'OPEN';
      attribute(root, 'data-severity', mark.word.toLowerCase());
      attribute(root, 'data-state', anomaly.state.toLowerCase());
      if (severity.textContent !== mark.word) severity.replaceChildren(shape(mark), mark.word);
      writeName(where, place(anomaly.service, anomaly.operation));
      write(kind, kindName(anomaly.kind));
      const opened = Date.parse(anomaly.openedAt);
      write(when, open ? `open for ${span(Date.now() - opened)}` : `lasted ${span(Date.parse(anomaly.resolvedAt ?? anomaly.updatedAt) - opened)}`);
      attribute(when, 'datetime', anomaly.openedAt);
      write(sentence, anomaly.summary);
      const peak = anomaly.peak ?? anomaly;
      write(observed, anomaly.peak ? 'Peak' : 'Observed');
      const now = new Map(anomaly.features.map(feature => [feature.name, feature.observed]));
      const list = [...peak.features].sort((a, b) => (b.contribution ?? -1) - (a.contribution ?? -1) || a.name.localeCompare(b.name));
      features.show(list.map(feature => ({ feature, now: now.get(feature.name) })));
      table.hidden = list.length === 0;
      const key = JSON.stringify([peak.exemplars, anomaly.traceIds]);
      if (key !== linked) {
        linked = key;
        traces.replaceChildren(...links(context, anomaly));
      }
      write(facts, factsOf(anomaly));
      feedback.show(anomaly);
    },
  };
}

/** @param {import('../../core/view.js').Context} context @param {Anomaly} anomaly */
function links(context, anomaly) {
  const { exemplars } = anomaly.peak ?? anomaly;
  /** @type {[string, string][]} */
  const named = EXEMPLARS.flatMap(([field, label]) => (exemplars[field] ? [/** @type {[string, string]} */ ([label, exemplars[field]])] : []));
  const known = new Set(named.map(([, id]) => id));
  const others = anomaly.traceIds.filter(id => !known.has(id)).slice(0, MOST_TRACES).map((id, at) => /** @type {[string, string]} */ ([`Trace ${at + 1}`, id]));
  return [...named, ...others].map(([label, id]) => element('a', { className: 'pill', href: context.router.link('trace', [anomaly.tenant, id]), title: id }, label));
}

/** @param {Anomaly} anomaly */
function factsOf(anomaly) {
  const parts = [`Opened ${moment(Date.parse(anomaly.openedAt))}`];
  if (anomaly.peak) parts.push(`peak ${moment(Date.parse(anomaly.peak.windowStart))}`);
  if (anomaly.resolvedAt) parts.push(`resolved ${moment(Date.parse(anomaly.resolvedAt))}`);
  const confidence = typeof anomaly.confidence === 'number' ? `, confidence ${anomaly.confidence.toFixed(2)}` : '';
  return `${parts.join(', ')}. Found by ${detectorName(anomaly.detector)}${anomaly.rule ? ` “${anomaly.rule}”` : ''}${anomaly.engine ? ` (${anomaly.engine})` : ''}${confidence}.`;
}
