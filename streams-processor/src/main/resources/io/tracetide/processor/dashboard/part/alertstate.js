/** The state of an alert in words, and its acknowledgement: text and withdrawal. */

import * as alerts from '../api/alerts.js';
import { moment } from '../core/format.js';
import { authorName } from './author.js';

/** @typedef {import('../api/types.js').Alert} Alert */
/** @typedef {import('../api/types.js').Acknowledgement} Acknowledgement */

/** The state of an alert in one word. @param {Alert} alert */
export function stateOf({ status, acknowledgement }) {
  if (status.silencedBy.length > 0) return 'Silenced';
  if (status.inhibitedBy.length > 0) return 'Inhibited';
  if (acknowledgement) return 'Acknowledged';
  if (status.mutedBy.length > 0) return 'Muted';
  return status.state === 'unprocessed' ? 'Pending' : 'Firing';
}

/** Who acknowledged an alert, since when, and until when. @param {Acknowledgement} given */
export function acknowledgementText({ by, at, expiresAt, muteUntilResolved }) {
  return `Acknowledged by ${by} since ${moment(Date.parse(at))}${expiresAt ? `, until ${moment(Date.parse(expiresAt))}` : ''}${muteUntilResolved ? ', muted until it is resolved' : ''}`;
}

/**
 * Withdraws the acknowledgements of alerts.
 * @param {import('../core/view.js').Context} context @param {Alert[]} chosen @param {() => void} done
 */
export async function withdraw(context, chosen, done) {
  const by = authorName(context) || 'dashboard';
  try {
    for (const { fingerprint, labels } of chosen) await alerts.unacknowledge(fingerprint, labels.tenant ?? 'default', { by, comment: '' });
    context.frame.toast(`Withdrawn: ${chosen.length === 1 ? 'the acknowledgement' : `${chosen.length} acknowledgements`}.`);
  } catch (failure) {
    context.frame.failed(failure);
  }
  done();
}
