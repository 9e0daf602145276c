/** One service: charts with its anomalies, operations, traces in flight and failing, and its alerts. */

import { listed as listedName } from '../../api/client.js';
import * as monitoring from '../../api/monitoring.js';
import { element } from '../../core/dom.js';
import { addressOf, between, parametersOf } from '../../core/range.js';
import { Windows } from '../../live/windows.js';
import { TraceList } from '../../part/tracelist.js';
import { ServiceAlerts } from './alerts.js';
import { ServiceAnomalies } from './anomalies.js';
import { ServiceCharts } from './charts.js';
import { ServiceHead } from './head.js';
import { Operations } from './operations.js';

const RANGE = ['range', 'from', 'to'];
const MOST_FAILED = 8;

/** @param {import('../../core/view.js').Context} context @returns {import('../../core/view.js').View} */
export function open(context) {
  const [tenant, service] = context.router.address.path;
  const only = { tenant, service };
  context.frame.title(service);
  const head = new ServiceHead(context, only);
  const charts = new ServiceCharts(context, only, (from, to) => context.router.change(addressOf(between(from, to))));
  const anomalies = new ServiceAnomalies(context);
  const alerts = new ServiceAlerts(context, only);
  const operations = new Operations(context);
  const flight = new TraceList(context, 'in-flight', 'In flight and stuck', 'No trace of this service is in flight. Traces that report their start, and not only their end, are listed while they run.');
  const failing = new TraceList(context, 'failing', 'Failed traces', 'No failed trace of this service is kept.', true);
  context.host.append(head.root, charts.root, element('div', { className: 'pair' }, anomalies.root, alerts.root), operations.root, flight.root, failing.root);
  const windows = new Windows();

  const dashboard = context.refresher(signal => monitoring.oneService(parametersOf(context.range), tenant, service, signal), answer => {
    const row = answer.services.find(one => one.service === service && one.tenant === tenant) ?? null;
    head.show(row);
    operations.show(row?.operations ?? []);
  });
  const trends = context.refresher(signal => monitoring.serviceTrends(parametersOf(context.range), tenant, service, signal), answer => {
    windows.replace(answer);
    charts.show(answer, windows);
  }, { mostMs: 60_000 });
  const resources = context.refresher(signal => monitoring.serviceResources(parametersOf(context.range), tenant, service, signal), answer => charts.resources(answer), { leastMs: 5_000, mostMs: 15_000 });
  const found = context.refresher(signal => monitoring.anomalies({ ...parametersOf(context.range), tenant, services: listedName(service), limit: '200' }, signal), answer => {
    anomalies.show(answer);
    charts.anomalies(answer.anomalies);
  });
  const open = context.refresher(signal => monitoring.traces({ state: 'stuck,running', service: listedName(service), tenant, limit: '50' }, signal), answer => flight.show(ordered(answer.traces), answer.cursor ? `first ${answer.traces.length}` : ''));
  const failed = context.refresher(signal => failures(context, tenant, service, signal), answer => failing.show(answer), { leastMs: 5_000, mostMs: 20_000 });
  const notified = alerts.refresher();

  let shown = '';
  return {
    show({ query }) {
      charts.choose(query.get('op') ?? '*');
      operations.draw();
      const wanted = RANGE.map(name => query.get(name)).join('\n');
      if (wanted === shown) return;
      shown = wanted;
      for (const refresher of [dashboard, trends, resources, found, open, failed, notified]) refresher?.restart();
      const timeRange = context.range.text ?? undefined;
      const services = listedName(service);
      context.subscribe('metrics', 'subscribe_metrics', { timeRange, services, tenant }, message => {
        windows.receive(message);
        windows.forget(Date.now() - context.range.lengthMs - windows.granularityMs);
        charts.live(windows);
        for (const refresher of [dashboard, resources]) refresher.changed();
      });
      context.subscribe('anomalies', 'subscribe_anomalies', { timeRange, services, tenant }, () => {
        found.changed();
        notified?.changed();
      });
      context.subscribe('traces', 'subscribe_traces', { service: services, tenant, limit: '1' }, () => {
        open.changed();
        failed.changed();
      });
    },
    close: () => charts.close(),
  };
}

/** Stuck ones first, the oldest of each before the others. @param {import('../../api/types.js').Trace[]} traces */
function ordered(traces) {
  const at = (/** @type {import('../../api/types.js').Trace} */ trace) => Date.parse(trace.startedAt ?? trace.lastEventAt);
  return [...traces].sort((a, b) => Number(b.state === 'stuck') - Number(a.state === 'stuck') || at(a) - at(b));
}

/**
 * Failed traces: those that began in the service, and those in which a span of it failed, the newest first.
 * @param {import('../../core/view.js').Context} context @param {string} tenant @param {string} service @param {AbortSignal} signal
 */
async function failures(context, tenant, service, signal) {
  const to = context.range.to ?? Date.now();
  const [own, exemplars] = await Promise.all([
    monitoring.traces({ state: 'failed', service: listedName(service), tenant, limit: '200' }, signal),
    monitoring.failedExemplars(to - context.range.lengthMs, to, tenant, service, signal),
  ]);
  const known = new Set(own.traces.map(({ traceId }) => traceId));
  const wanted = exemplars.sort((a, b) => b.at - a.at).filter(({ traceId }) => !known.has(traceId)).slice(0, MOST_FAILED);
  const others = await Promise.all(wanted.map(({ traceId }) => monitoring.trace(tenant, traceId, signal).catch(() => null)));
  const all = [...own.traces, ...others.filter(trace => trace !== null)];
  return all.sort((a, b) => Date.parse(b.lastEventAt) - Date.parse(a.lastEventAt)).slice(0, 2 * MOST_FAILED);
}
