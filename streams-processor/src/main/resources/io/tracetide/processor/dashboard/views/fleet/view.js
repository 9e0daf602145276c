/** All services: what is broken, since when, and who is informed; below it the table of services. */

import * as monitoring from '../../api/monitoring.js';
import { element } from '../../core/dom.js';
import { earlier, parametersOf } from '../../core/range.js';
import { Windows } from '../../live/windows.js';
import { OpenIncidents } from './incidents.js';
import { ServiceTable } from './table.js';
import { Totals } from './totals.js';
import { EmptyFleet } from './empty.js';

const COMPARE_EVERY_MS = 60_000;
const MANY_SERVICES = 60;

/** @param {import('../../core/view.js').Context} context @returns {import('../../core/view.js').View} */
export function open(context) {
  const totals = new Totals(context);
  const incidents = new OpenIncidents(context);
  const table = new ServiceTable(context);
  const empty = new EmptyFleet(context);
  context.host.append(element('h1', { className: 'unseen' }, 'Fleet'), totals.root, incidents.root, table.root, empty.root);
  const windows = new Windows();

  const dashboard = context.refresher(
    signal => monitoring.dashboard(parametersOf(context.range), context.tenant, signal),
    answer => {
      const nothing = answer.services.length === 0 && !table.isFiltered();
      table.root.hidden = nothing;
      empty.root.hidden = !nothing;
      dashboard.leastMs = answer.services.length > MANY_SERVICES ? 2_000 : 1_000;
      context.frame.toolbar.tenants(answer.services.map(({ tenant }) => tenant));
      totals.show(answer);
      table.show(answer);
    },
  );
  const trends = context.refresher(
    signal => monitoring.fleetTrends(parametersOf(context.range), context.tenant, signal),
    answer => {
      windows.replace(answer);
      table.showTrends(windows);
    },
    { mostMs: 60_000 },
  );
  const before = context.refresher(
    async signal => {
      const range = earlier(context.range, context.router.address.query.get('vs') ?? 'prev');
      return range === null ? null : monitoring.dashboard(parametersOf(range), context.tenant, signal);
    },
    answer => {
      table.compare(answer);
      totals.compare(answer);
    },
    { mostMs: COMPARE_EVERY_MS, fail: () => { table.compare(null); totals.compare(null); } },
  );
  const open = incidents.refresher();

  let shown = '';
  return {
    show({ query }) {
      table.choose(query);
      const wanted = ['range', 'from', 'to', 'tenant', 'vs'].map(name => query.get(name)).join('\n');
      if (wanted === shown) return;
      shown = wanted;
      for (const refresher of [dashboard, trends, before, open]) refresher.restart();
      const { range, tenant } = context;
      context.subscribe('metrics', 'subscribe_metrics', { timeRange: range.text ?? undefined, operations: '*', tenant }, message => {
        windows.receive(message);
        windows.forget(Date.now() - range.lengthMs - windows.granularityMs);
        table.showTrends(windows);
        dashboard.changed();
      });
      context.subscribe('anomalies', 'subscribe_anomalies', { timeRange: range.text ?? undefined, tenant }, () => {
        open.changed();
        dashboard.changed();
      });
      context.subscribe('traces', 'subscribe_traces', { state: 'stuck', tenant, limit: '1' }, () => dashboard.changed());
    },
  };
}
