/** Acknowledges alerts: they are not repeated and not escalated, or muted until they are resolved. */

import * as alerts from '../api/alerts.js';
import { element } from '../core/dom.js';
import { place } from '../core/format.js';
import { authorField, formDialog } from './author.js';

/** @typedef {import('../api/types.js').Alert} Alert */

/**
 * @param {import('../core/view.js').Context} context
 * @param {Alert[]} chosen
 * @param {() => void} done
 */
export function acknowledgeDialog(context, chosen, done) {
  const author = authorField(context);
  const comment = element('textarea', { rows: '2', maxlength: '2000', placeholder: 'What is known, what is being done' });
  const duration = element('select', {}, ...[['', 'until it is resolved'], ['1h', '1 hour'], ['4h', '4 hours'], ['24h', '24 hours']].map(([value, text]) => element('option', { value }, text)));
  const mute = element('input', { type: 'checkbox' });
  formDialog(`Acknowledge ${chosen.length === 1 ? 'this alert' : `${chosen.length} alerts`}`, [
    element('ul', { className: 'preview' }, ...chosen.slice(0, 8).map(({ labels }) => element('li', {}, `${labels.alertname} · ${place(labels.service ?? '', labels.operation)}`))),
    author.root,
    element('label', {}, element('span', {}, 'Comment'), comment),
    element('label', {}, element('span', {}, 'For'), duration),
    element('label', { className: 'check' }, mute, element('span', {}, 'Mute until it is resolved: only its resolution is notified')),
  ], 'Acknowledge', async () => {
    const note = { by: author.read(), comment: comment.value.trim(), ...(duration.value ? { duration: duration.value } : {}), muteUntilResolved: mute.checked };
    for (const { fingerprint, labels } of chosen) await alerts.acknowledge(fingerprint, labels.tenant ?? 'default', note);
    done();
    context.frame.toast(`Acknowledged ${chosen.length === 1 ? 'the alert' : `${chosen.length} alerts`}.`, {
      label: 'Undo',
      run: async () => {
        for (const { fingerprint, labels } of chosen) await alerts.unacknowledge(fingerprint, labels.tenant ?? 'default', { by: note.by, comment: 'undone' }).catch(failure => context.frame.failed(failure));
        done();
      },
    });
  });
}
