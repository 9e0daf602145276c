/** The page's state and its timer: polls the API, and shows how old or partial the data is. */

import * as api from './api.js';
import { Anomalies } from './anomalies.js';
import { Charts } from './charts.js';
import { Trace } from './trace.js';
import { Traces } from './traces.js';
import { Services, statusOf, statusMark } from './services.js';
import { byId, element, segments, write, attribute, KeyedList } from './element.js';
import { clock, milliseconds, perSecond, percent, span, whole } from './format.js';

const RANGES = [['5m', '5 min'], ['15m', '15 min'], ['1h', '1 h'], ['6h', '6 h'], ['24h', '24 h'], ['7d', '7 d']];
const LIVE_MS = 2_000;
const SLOW_MS = 10_000;
const LIVE_RANGES = new Set(['5m', '15m', '1h']);
/** Between these two, processing lags; beyond the second, old events are being replayed. */
const BEHIND_MS = 120_000;
const REPLAY_MS = 21_600_000;

const state = { ...readAddress(), onlyOpen: false, shownAt: null, ready: null };
let requests = new AbortController();
let timer = 0;
let signedOut = false;

const charts = new Charts();
const openTrace = trace => {
  change({ trace });
  byId('trace').focus();
};
const anomalies = new Anomalies(openTrace);
const traces = new Traces(openTrace);
const trace = new Trace(() => {
  change({ trace: null });
  byId('traces-section').focus();
});
const services = new Services(selected => change({ selected }));
const statuses = new KeyedList(byId('total-services'), ([name]) => name, ([name]) => {
  const number = element('span');
  return { root: element('span', { 'data-status': name }, statusMark(name), number), update: ([, count]) => write(number, `${whole(count)} ${statusOf(name).word.toLowerCase()}`) };
});

segments(byId('ranges'), 'range', RANGES, state.range, range => change({ range }));
segments(byId('anomaly-filter'), 'which', [['all', 'In range'], ['open', 'Open now']], 'all', which => change({ onlyOpen: which === 'open' }));
byId('trends-back').addEventListener('click', () => {
  change({ selected: null });
  byId('services').focus();
});
byId('total-traces').addEventListener('click', () => byId('traces-section').focus());
byId('total-anomalies').addEventListener('click', () => byId('anomalies-section').focus());
addEventListener('hashchange', () => {
  const next = readAddress();
  if (JSON.stringify(next) !== JSON.stringify({ range: state.range, selected: state.selected, trace: state.trace })) change(next);
});
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
setInterval(() => state.shownAt !== null && !signedOut && showState(), 1_000);
// A page restored from the browser's cache may be seen by another user than the one who signed in.
addEventListener('pageshow', event => {
  if (!event.persisted) return;
  clear();
  location.reload();
});
refresh();

/** The address contains the selection, so that it can be shared. */
function readAddress() {
  const address = new URLSearchParams(location.hash.slice(1));
  const range = RANGES.some(([value]) => value === address.get('range')) ? address.get('range') : '15m';
  const service = address.get('service');
  const traceId = address.get('trace');
  return {
    range,
    selected: service ? { tenant: address.get('tenant') ?? 'default', service } : null,
    trace: traceId ? { tenant: address.get('traceTenant') ?? 'default', traceId } : null,
  };
}

function change(next) {
  if (signedOut) return;
  Object.assign(state, next);
  const shown = state.trace ? { trace: state.trace.traceId, traceTenant: state.trace.tenant } : {};
  const address = new URLSearchParams({ range: state.range, ...(state.selected ?? {}), ...shown });
  history.replaceState(null, '', `#${address}`);
  for (const input of byId('ranges').querySelectorAll('input')) input.checked = input.value === state.range;
  document.body.classList.add('changing');
  if (state.trace) trace.wait(state.trace);
  else trace.hide();
  refresh();
}

async function refresh() {
  if (signedOut) return;
  clearTimeout(timer);
  requests.abort();
  requests = new AbortController();
  const { signal } = requests;
  if (!document.hidden) {
    const failure = await poll(signal);
    if (signal.aborted) return;
    if (failure?.kind === 'signed-out') {
      showSignedOut();
      return;
    }
    showNotice(failure);
    if (failure && state.shownAt === null) charts.wait('No data yet');
    document.body.classList.toggle('stale', failure !== null && state.shownAt !== null);
    document.body.classList.remove('changing');
    showState(failure);
  }
  timer = setTimeout(refresh, LIVE_RANGES.has(state.range) ? LIVE_MS : SLOW_MS);
}

/** One round of requests; returns the first failure, or null. */
async function poll(signal) {
  const { range, selected, onlyOpen } = state;
  const [ready, overview, all, one, found, stuck, running, single] = await Promise.allSettled([
    api.notReady(signal),
    api.dashboard(range, signal),
    api.trends(range, null, signal),
    selected ? api.trends(range, selected, signal) : Promise.resolve(null),
    api.anomalies(range, selected, onlyOpen, signal),
    api.traces('stuck', selected, signal),
    api.traces('running', selected, signal),
    state.trace ? api.trace(state.trace, signal) : Promise.resolve(null),
  ]);
  if (signal.aborted) return null;
  const ended = [overview, all, one, found, stuck, running, single].find(({ reason }) => reason?.kind === 'signed-out');
  if (ended) return ended.reason;
  state.ready = ready.status === 'fulfilled' ? ready.value : null;
  const failed = [overview, all, one, found, stuck, running].find(({ status }) => status === 'rejected');
  if (overview.status === 'fulfilled') showOverview(overview.value);
  if (all.status === 'fulfilled') services.showTrends(all.value);
  const lines = selected ? one : all;
  if (lines.status === 'fulfilled') {
    charts.show(lines.value, selected, found.status === 'fulfilled' ? found.value.anomalies : []);
    write(byId('trends-title'), selected ? selected.service : 'All services');
    byId('trends-back').hidden = selected === null;
  }
  if (found.status === 'fulfilled') anomalies.show(found.value, onlyOpen, selected);
  if (stuck.status === 'fulfilled' && running.status === 'fulfilled') {
    traces.show(stuck.value, running.value, inFlightOf(overview.value, selected), selected, state.trace);
  }
  if (state.trace && single.status === 'fulfilled') trace.show(single.value);
  else if (state.trace) trace.fail(state.trace, single.reason);
  if (failed) return failed.reason;
  state.shownAt = Date.now();
  state.answer = overview.value;
  return null;
}

/** The totals of the selected service, or of all. */
function inFlightOf(overview, selected) {
  if (!overview || !selected) return overview?.totals;
  return overview.services.find(row => row.service === selected.service && row.tenant === selected.tenant);
}

function showOverview(answer) {
  const { totals } = answer;
  write(byId('total-throughput'), perSecond(totals.throughputPerSec));
  write(byId('total-errors'), percent(totals.errorRatePercent));
  write(byId('total-p50'), milliseconds(totals.p50Ms));
  write(byId('total-p95'), milliseconds(totals.p95Ms));
  write(byId('total-p99'), milliseconds(totals.p99Ms));
  write(byId('total-anomalies'), whole(totals.openAnomalies));
  write(byId('total-traces'), whole(totals.inFlight));
  write(byId('total-stuck'), totals.stuck > 0 ? `${whole(totals.stuck)} stuck` : '');
  statuses.show(Object.entries(totals.statuses).filter(([, number]) => number > 0).sort(([a], [b]) => statusOf(a).rank - statusOf(b).rank));
  services.show(answer, state.selected);
  write(byId('footer'), `${whole(totals.count)} finished spans of ${whole(totals.operations)} operations. Quantiles are within ${percent(100 * answer.relativeError)} of the true value. Times are local.`);
}

function showState(failure = state.failure ?? null) {
  state.failure = failure;
  const word = (name, text, detail) => {
    attribute(byId('state'), 'data-state', name);
    write(byId('state-word'), text);
    write(byId('state-detail'), detail);
  };
  const age = state.shownAt === null ? '' : `data of ${clock(state.shownAt)}`;
  if (failure?.kind === 'unreachable') word('down', 'Unreachable', age);
  else if (failure) word('waiting', failure.kind === 'unavailable' ? 'Restoring' : 'No response', age);
  else if (state.ready === null || state.ready.length > 0) word('waiting', 'Not ready', (state.ready ?? []).join(', '));
  else if (state.answer.partial) word('waiting', 'Partial', age);
  else word('live', 'Live', clock(state.shownAt));
}

/** Removes everything that the session has shown, and stops the requests. */
function showSignedOut() {
  clear();
  attribute(byId('state'), 'data-state', 'down');
  write(byId('state-word'), 'Signed out');
  write(byId('state-detail'), '');
  byId('notice').hidden = false;
  byId('notice').replaceChildren('Your session has ended. ', element('a', { href: `/login?ended${location.hash}` }, 'Sign in again'));
}

function clear() {
  signedOut = true;
  requests.abort();
  clearTimeout(timer);
  document.querySelector('main').replaceChildren();
  byId('footer').replaceChildren();
  document.querySelector('.account')?.remove();
}

/** A sentence when the data is old, partial or delayed. */
function showNotice(failure) {
  const text = failure ? failureNotice(failure) : dataNotice(state.answer);
  byId('notice').hidden = text === '';
  write(byId('notice'), text);
}

function failureNotice(failure) {
  const shown = state.shownAt === null ? '' : ` The data shown is from ${clock(state.shownAt)}.`;
  const opening = { unreachable: 'The processor cannot be reached.', unavailable: 'The processor is not ready yet.' }[failure.kind] ?? 'The processor rejected the request.';
  return `${opening} ${failure.message}${shown}`;
}

function dataNotice(answer) {
  if (answer.partial) return `This data is partial: it lacks the partitions of ${answer.missing.join(', ')}.`;
  const behind = answer.closedUpTo === null ? 0 : Date.parse(answer.to) - Date.parse(answer.closedUpTo);
  return behind > BEHIND_MS && behind < REPLAY_MS ? `Processing is ${span(behind)} behind: the newest windows are still filling.` : '';
}
