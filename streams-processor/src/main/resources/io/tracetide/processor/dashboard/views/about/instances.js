/** The instances of the processor in the view about. */

import { element } from '../../core/dom.js';
import { full } from '../../core/format.js';

/** @typedef {import('../../api/types.js').InstanceStatus} InstanceStatus */

/** Runs of numbers: 0-3, 5. @param {number[]} partitions */
export function ranges(partitions) {
  /** @type {string[]} */
  const runs = [];
  for (let from = 0; from < partitions.length;) {
    let to = from;
    while (to + 1 < partitions.length && partitions[to + 1] === partitions[to] + 1) to++;
    runs.push(to === from ? `${partitions[from]}` : `${partitions[from]}–${partitions[to]}`);
    from = to + 1;
  }
  return runs.join(', ') || 'none';
}

/** @param {InstanceStatus} instance */
export function instanceRow(instance) {
  const lag = Object.entries(instance.lag);
  const total = lag.reduce((sum, [, records]) => sum + records, 0);
  const cell = (/** @type {string} */ label, /** @type {string} */ text, title = '') => element('td', { 'data-label': label, title }, text);
  return element('tr', {},
    element('th', { scope: 'row' }, instance.host),
    cell('Version', instance.version),
    cell('Partitions', `windows ${ranges(instance.windowPartitions)}; traces ${ranges(instance.tracePartitions)}`),
    cell('Not read yet', `${total.toLocaleString('en')} ${total === 1 ? 'record' : 'records'}`, lag.map(([topic, records]) => `${topic}: ${records}`).join('\n')),
    cell('Started', full(Date.parse(instance.startedAt))));
}

/** The settings that differ from the defaults, once for instances with the same. @param {InstanceStatus[]} instances */
export function settingsOf(instances) {
  /** @type {Map<string, {hosts: string[], settings: [string, string][]}>} */
  const groups = new Map();
  for (const { host, settings } of instances) {
    const entries = Object.entries(settings);
    const key = JSON.stringify(entries);
    const group = groups.get(key) ?? { hosts: [], settings: entries };
    group.hosts.push(host);
    if (entries.length > 0) groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ hosts, settings }) => [
    element('h3', {}, groups.size > 1 ? `Settings of ${hosts.join(', ')} that differ from the defaults` : 'Settings that differ from the defaults'),
    element('dl', { className: 'pairs' }, ...settings.map(([key, value]) => element('div', {}, element('dt', {}, key), element('dd', {}, value)))),
  ]);
}
