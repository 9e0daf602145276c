/** Sentences of the alert sink as the page writes times and groups. */

import { moment } from '../../core/format.js';

/** @typedef {import('../../api/types.js').Explanation} Explanation */

const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** A group by the labels that its alerts have in common. @param {Record<string, string>} labels */
export function groupName(labels) {
  const { incident, tenant, ...others } = labels;
  const shown = Object.entries(others).map(([label, value]) => `${label} ${value}`);
  if (incident) shown.unshift(`incident ${incident.slice(0, 8)}`);
  if (tenant && tenant !== 'default') shown.push(`tenant ${tenant}`);
  return shown.length > 0 ? `Group of ${shown.join(', ')}` : 'Group of all alerts';
}

/** @param {string} text @param {Explanation['groups']} groups */
export function sentence(text, groups) {
  const group = groups.find(({ key }) => text.startsWith(`group ${key}: `));
  const named = group ? `${groupName(group.labels)}: ${text.slice(`group ${group.key}: `.length)}` : text;
  const timed = named.replaceAll(TIME, time => moment(Date.parse(time)));
  return timed.charAt(0).toUpperCase() + timed.slice(1);
}
