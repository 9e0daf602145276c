/** The list of anomalies: what happened in one sentence, and below it what was seen, expected and where to look. */

import { byId, element, drawing, write, attribute, KeyedList } from './element.js';
import { feature, moment, span, whole } from './format.js';

const SEVERITIES = { CRITICAL: 'Critical', HIGH: 'High', MEDIUM: 'Medium', LOW: 'Low' };
const DETECTORS = { ISOLATION_FOREST: 'isolation forest', THRESHOLD: 'threshold rule', BURN_RATE: 'burn rate', LEDGER: 'trace ledger', CONTRACT: 'contract', COMPLIANCE: 'compliance' };
const EXEMPLARS = [['slowest', 'Slowest'], ['error', 'Failed'], ['typical', 'Typical']];
const BAR = 56;

export class Anomalies {
  constructor(onOpenTrace) {
    this.list = new KeyedList(byId('anomalies'), anomaly => anomaly.anomalyId, () => card(onOpenTrace));
    this.opened = false;
  }

  show(answer, onlyOpen, selected) {
    this.list.show(answer.anomalies);
    if (!this.opened && answer.anomalies.length > 0) {
      this.opened = true;
      byId('anomalies').querySelector('details').open = true;
    }
    const shown = answer.anomalies.length;
    write(byId('anomalies-note'), shown === 0 ? '' : answer.total > shown ? `newest ${shown} of ${whole(answer.total)}` : String(shown));
    byId('anomalies-empty').hidden = shown > 0;
    write(byId('anomalies-empty'), `${onlyOpen ? 'Nothing is wrong right now' : 'No anomaly in this range'}${selected ? ` with ${selected.service}` : ''}.`);
  }
}

function card(onOpenTrace) {
  const severity = element('strong');
  const where = element('span', { className: 'where' });
  const when = element('time');
  const sentence = element('p');
  const features = element('tbody');
  const rows = new KeyedList(features, row => row.name, () => featureRow());
  const facts = element('p', { className: 'facts' });
  const traces = element('dl', { className: 'traces' });
  const links = new KeyedList(traces, trace => trace.label, () => traceRow(onOpenTrace));
  const root = element('li', {},
    element('details', {},
      element('summary', {}, element('div', { className: 'head' }, severity, where, when), sentence),
      element('table', {},
        element('thead', {}, element('tr', {}, ...['Feature', 'Observed', 'Expected', 'Share'].map(label => element('th', { scope: 'col' }, label)))),
        features),
      traces,
      facts));
  return {
    root,
    update: anomaly => {
      const now = Date.now();
      const open = anomaly.state === 'OPEN';
      write(severity, SEVERITIES[anomaly.severity] ?? String(anomaly.severity));
      attribute(root, 'data-severity', SEVERITIES[anomaly.severity] ? anomaly.severity.toLowerCase() : 'low');
      attribute(root, 'data-state', open ? 'open' : 'resolved');
      write(where, anomaly.operation === '*' ? anomaly.service : `${anomaly.service} · ${anomaly.operation}`);
      attribute(where, 'title', where.textContent);
      const opened = Date.parse(anomaly.openedAt);
      const resolved = anomaly.resolvedAt ? Date.parse(anomaly.resolvedAt) : null;
      write(when, open ? `open ${span(now - opened)}` : `lasted ${span((resolved ?? Date.parse(anomaly.updatedAt)) - opened)}`);
      attribute(when, 'datetime', anomaly.openedAt);
      write(sentence, anomaly.summary);
      rows.show(features_of(anomaly));
      links.show(EXEMPLARS.map(([field, label]) => ({ label, tenant: anomaly.tenant, id: anomaly.exemplars?.[field] ?? null })).filter(({ id }) => id !== null));
      const confidence = typeof anomaly.confidence === 'number' ? `, confidence ${anomaly.confidence.toFixed(2)}` : '';
      const by = DETECTORS[anomaly.detector] ?? String(anomaly.detector).toLowerCase();
      const rule = anomaly.rule ? ` “${anomaly.rule}”` : '';
      const end = resolved === null ? '' : `, resolved ${moment(resolved, now)}`;
      write(facts, `Opened ${moment(opened, now)}${end}. Found by ${by}${rule}${confidence}.`);
    },
  };
}

/** Features of all three maps, the one that weighs most first. */
function features_of(anomaly) {
  const { observed = {}, expected = {}, contributions = {} } = anomaly;
  const names = [...new Set([...Object.keys(observed), ...Object.keys(expected), ...Object.keys(contributions)])];
  return names
    .map(name => ({ name, observed: observed[name], expected: expected[name], share: contributions[name] }))
    .sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || a.name.localeCompare(b.name));
}

function featureRow() {
  const name = element('th', { scope: 'row' });
  const observed = element('td');
  const expected = element('td');
  const fill = drawing('rect', { className: 'fill', height: 6, rx: 3, width: 0 });
  const share = element('span');
  const bar = drawing('svg', { viewBox: `0 0 ${BAR} 6`, width: BAR, height: 6, 'aria-hidden': 'true' }, drawing('rect', { class: 'track', width: BAR, height: 6, rx: 3 }), fill);
  const root = element('tr', {}, name, observed, expected, element('td', { className: 'share' }, bar, share));
  fill.setAttribute('class', 'fill');
  return {
    root,
    update: row => {
      write(name, feature(row.name, null).name);
      write(observed, feature(row.name, row.observed).value);
      write(expected, feature(row.name, row.expected).value);
      const known = typeof row.share === 'number';
      attribute(fill, 'width', known ? Math.max(0, Math.min(1, row.share)) * BAR : 0);
      write(share, known ? `${Math.round(100 * row.share)} %` : '–');
    },
  };
}

function traceRow(onOpen) {
  const label = element('dt');
  const id = element('code');
  const show = element('button', { type: 'button' }, 'Show');
  let shown = null;
  show.addEventListener('click', () => onOpen(shown));
  const copy = element('button', { type: 'button' }, 'Copy');
  copy.addEventListener('click', async () => {
    const done = await navigator.clipboard?.writeText(id.textContent).then(() => true, () => false);
    write(copy, done ? 'Copied' : 'Select it');
    setTimeout(() => write(copy, 'Copy'), 1_500);
  });
  return {
    root: element('div', {}, label, element('dd', {}, id, show, copy)),
    update: trace => {
      write(label, trace.label);
      write(id, trace.id);
      shown = { tenant: trace.tenant, traceId: trace.id };
      attribute(show, 'aria-label', `Show the trace ${trace.id}`);
      attribute(copy, 'aria-label', `Copy the trace id ${trace.id}`);
    },
  };
}
