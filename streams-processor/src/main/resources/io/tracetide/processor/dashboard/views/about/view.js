/** Version, instances, checks and access. */

import * as monitoring from '../../api/monitoring.js';
import { element, write } from '../../core/dom.js';
import { full, span } from '../../core/format.js';
import { instanceRow, settingsOf } from './instances.js';

/** @param {import('../../core/view.js').Context} context @returns {import('../../core/view.js').View} */
export function open(context) {
  const facts = element('dl', { className: 'facts' });
  const checks = element('tbody');
  const state = element('p', { className: 'soft' });
  const instances = element('tbody');
  const settings = element('div', { className: 'settings-changed' });
  context.host.append(
    element('section', { className: 'card first' }, element('h1', {}, 'About this Tracetide'), facts),
    element('section', { className: 'card' }, element('div', { className: 'title' }, element('h2', {}, 'Checks of the processor'), state),
      element('table', { className: 'figures checks' }, element('thead', {}, element('tr', {}, ...['Check', 'State', 'Detail'].map(label => element('th', { scope: 'col' }, label)))), checks)),
    element('section', { className: 'card' }, element('div', { className: 'title' }, element('h2', {}, 'Instances')),
      element('table', { className: 'figures checks instances' }, element('thead', {}, element('tr', {}, ...['Instance', 'Version', 'Partitions', 'Not read yet', 'Started'].map(label => element('th', { scope: 'col' }, label)))), instances),
      settings));
  const about = context.refresher(async signal => {
    const [version, ready, dashboard, group] = await Promise.all([
      monitoring.about(signal),
      monitoring.readiness(signal),
      monitoring.dashboard({ timeRange: '5m' }, '', signal).catch(() => null),
      monitoring.instances(signal).catch(() => null),
    ]);
    return { version, ready, dashboard, group };
  }, ({ version, ready, dashboard, group }) => {
    const { caller } = version;
    /** @type {[string, string][]} */
    const pairs = [
      ['Version', version.version],
      ['This instance', version.instance],
      ['Time of this instance', full(Date.parse(version.now))],
      ['Signed in as', caller.name ?? 'no tokens are configured'],
      ['Tenants', caller.allTenants ? 'all' : caller.tenants.join(', ')],
      ['Access', caller.mayAct ? 'reads and acts' : 'reads'],
      ['Alert sink', version.alerting ? 'connected through this processor' : 'not configured'],
      ['Relative error of quantiles', '1 %'],
    ];
    if (dashboard) {
      pairs.push(['Instances that do not answer', dashboard.missing.length > 0 ? dashboard.missing.join(', ') : 'none']);
      if (dashboard.closedUpTo) pairs.push(['Windows closed up to', `${full(Date.parse(dashboard.closedUpTo))}, ${span(Date.now() - Date.parse(dashboard.closedUpTo))} ago`]);
    }
    facts.replaceChildren(...pairs.map(([key, value]) => element('div', {}, element('dt', {}, key), element('dd', {}, value))));
    instances.replaceChildren(...(group?.instances ?? []).map(instanceRow));
    settings.replaceChildren(...settingsOf(group?.instances ?? []));
    write(state, ready.ready ? 'ready' : `not ready: ${ready.down.join(', ')}`);
    checks.replaceChildren(...Object.entries(ready.checks).map(([name, check]) => element('tr', {}, element('th', { scope: 'row' }, name), element('td', { 'data-label': 'State' }, check.status), element('td', { 'data-label': 'Detail' }, check.detail ?? '–'))));
  }, { mostMs: 5_000 });
  let started = false;
  return {
    show() {
      if (!started) about.restart();
      started = true;
    },
  };
}
