/** The list of anomalies: a summary in one sentence, and below it the values at the peak and now, the expected ones, and example traces. */

import { byId, element, drawing, write, attribute, KeyedList } from './element.js';
import { feature, moment, span, whole } from './format.js';

const SEVERITIES = { CRITICAL: 'Critical', HIGH: 'High', MEDIUM: 'Medium', LOW: 'Low' };
const DETECTORS = { ISOLATION_FOREST: 'learned detection', THRESHOLD: 'threshold rule', BURN_RATE: 'burn rate', LEDGER: 'trace ledger', CONTRACT: 'contract', COMPLIANCE: 'compliance' };
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
    write(byId('anomalies-empty'), `${onlyOpen ? 'No open anomaly' : 'No anomaly in this range'}${selected ? ` with ${selected.service}` : ''}.`);
  }
}

function card(onOpenTrace) {
  const severity = element('strong');
  const where = element('span', { className: 'where' });
  const when = element('time');
  const sentence = element('p');
  const features = element('tbody');
  const rows = new KeyedList(features, row => row.name, () => featureRow());
  const seen = element('th', { scope: 'col' });
  const facts = element('p', { className: 'facts' });
  const traces = element('dl', { className: 'traces' });
  const links = new KeyedList(traces, trace => trace.label, () => traceRow(onOpenTrace));
  const root = element('li', {},
    element('details', {},
      element('summary', {}, element('div', { className: 'head' }, severity, where, when), sentence),
      element('table', {},
        element('thead', {}, element('tr', {}, head('Feature'), seen, head('Expected'), head('Share'))),
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
      const peak = anomaly.peak ?? null;
      write(seen, peak ? 'Peak' : 'Observed');
      rows.show(featuresOf(anomaly, peak));
      const exemplars = peak?.exemplars ?? anomaly.exemplars;
      links.show(EXEMPLARS.map(([field, label]) => ({ label, tenant: anomaly.tenant, id: exemplars?.[field] ?? null })).filter(({ id }) => id !== null));
      const confidence = typeof anomaly.confidence === 'number' ? `, confidence ${anomaly.confidence.toFixed(2)}` : '';
      const by = DETECTORS[anomaly.detector] ?? String(anomaly.detector).toLowerCase();
      const rule = anomaly.rule ? ` “${anomaly.rule}”` : '';
      const engine = anomaly.engine ? ` (${anomaly.engine})` : '';
      const end = resolved === null ? '' : `, resolved ${moment(resolved, now)}`;
      const worst = peak?.start ? `, at its peak ${moment(Date.parse(peak.start), now)}` : '';
      write(facts, `Opened ${moment(opened, now)}${worst}${end}. Found by ${by}${rule}${engine}${confidence}.`);
    },
  };
}

const head = label => element('th', { scope: 'col' }, label);

const BAND = /^(.+)_(low|high)$/;

/**
 * Each feature once, with its expected band, by descending contribution. The values are those of the peak window, when it is
 * known, with the current ones beside them.
 */
function featuresOf(anomaly, peak) {
  const { observed = {}, expected = {}, contributions = {} } = peak ?? anomaly;
  const isBound = name => BAND.test(name) && BAND.exec(name)[1] in expected;
  const names = new Set([...Object.keys(observed), ...Object.keys(contributions), ...Object.keys(expected).filter(name => !isBound(name))]);
  return [...names]
    .map(name => ({
      name,
      observed: observed[name],
      now: peak ? anomaly.observed?.[name] : undefined,
      expected: expected[name],
      low: expected[`${name}_low`],
      high: expected[`${name}_high`],
      share: contributions[name],
    }))
    .sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || a.name.localeCompare(b.name));
}

function featureRow() {
  const name = element('th', { scope: 'row' });
  const observed = figure();
  const expected = figure();
  const fill = drawing('rect', { className: 'fill', height: 6, rx: 3, width: 0 });
  const share = element('span');
  const bar = drawing('svg', { viewBox: `0 0 ${BAR} 6`, width: BAR, height: 6, 'aria-hidden': 'true' }, drawing('rect', { class: 'track', width: BAR, height: 6, rx: 3 }), fill);
  const root = element('tr', {}, name, observed.root, expected.root, element('td', { className: 'share' }, bar, share));
  fill.setAttribute('class', 'fill');
  return {
    root,
    update: row => {
      write(name, feature(row.name, null).name);
      const text = value => feature(row.name, value).value;
      observed.show(text(row.observed), typeof row.now === 'number' ? `now ${text(row.now)}` : '');
      expected.show(text(row.expected), typeof row.low === 'number' && typeof row.high === 'number' ? band(text(row.low), text(row.high)) : '');
      const known = typeof row.share === 'number';
      attribute(fill, 'width', known ? Math.max(0, Math.min(1, row.share)) * BAR : 0);
      write(share, known ? `${Math.round(100 * row.share)} %` : '–');
    },
  };
}

/** A range of values; a common unit is written once. */
function band(low, high) {
  const unit = /\D+$/.exec(high)?.[0] ?? '';
  return `${low.endsWith(unit) ? low.slice(0, low.length - unit.length) : low} to ${high}`;
}

/** A value, and below it a second one in small print. */
function figure() {
  const value = element('span');
  const note = element('small');
  return {
    root: element('td', {}, value, note),
    show: (text, more) => {
      write(value, text);
      write(note, more);
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
