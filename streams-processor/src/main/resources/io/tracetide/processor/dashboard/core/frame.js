/** The frame around the views: navigation, time range, tenant, connection, messages, and the open view. */

import { onSignedOut } from '../api/client.js';
import * as monitoring from '../api/monitoring.js';
import { Live } from '../live/live.js';
import { Toolbar, WITHOUT_RANGE } from './toolbar.js';
import { byId, element, write } from './dom.js';
import { clock, span } from './format.js';
import { addressOf, rangeOf } from './range.js';
import { HOME, Router } from './router.js';
import { Context } from './view.js';

/** @typedef {{title: string, nav: boolean, load: () => Promise<{open: (context: Context) => import('./view.js').View}>}} ViewEntry */

/** @type {import('../api/types.js').About} */
const UNKNOWN_CALLER = {
  version: '', instance: '', now: '', alerting: false, traceUrl: '', gatewayUrl: '',
  caller: { name: null, tenants: [], allTenants: true, mayAct: false },
};
const BEHIND_MS = 120_000;
const REPLAY_MS = 21_600_000;

export class Frame {
  /** @param {Record<string, ViewEntry>} views */
  constructor(views) {
    this.views = views;
    this.about = UNKNOWN_CALLER;
    /** @type {Context | null} */
    this.context = null;
    /** @type {import('./view.js').View | null} */
    this.view = null;
    this.shown = '';
    this.held = false;
    this.ended = false;
    /** Whether the view shows a fixed range, which has no updates. */
    this.isFixed = false;
    this.opening = 0;
    this.answeredAt = 0;
    this.live = new Live(state => this.toolbar.showState(state));
    this.router = new Router(() => void this.navigate());
    this.range = rangeOf(this.router.address.query);
    this.toolbar = new Toolbar(this);
    onSignedOut(() => this.signOut());
    addEventListener('pageshow', event => {
      // A page restored from the browser's cache may be seen by another user than the one who signed in.
      if (!event.persisted) return;
      document.body.replaceChildren();
      location.reload();
    });
    document.addEventListener('visibilitychange', () => this.context?.hold(this.held || document.hidden));
    byId('skip').addEventListener('click', event => {
      event.preventDefault();
      byId('main').focus();
    });
  }

  async start() {
    try {
      this.about = await monitoring.about();
    } catch (failure) {
      this.failed(failure);
    }
    this.toolbar.showCaller(this.about);
    this.router.read();
  }

  /** Shows the view of the address. */
  async navigate() {
    if (this.ended) return;
    const { address } = this.router;
    const known = address.view in this.views;
    const name = known ? address.view : HOME;
    this.range = rangeOf(address.query);
    this.isFixed = this.range.text === null && !WITHOUT_RANGE.has(name);
    if (!this.isFixed) this.live.start();
    this.toolbar.showAddress(name);
    const key = JSON.stringify([name, known ? address.path : []]);
    if (key === this.shown && this.view) {
      this.view.show(address);
      return;
    }
    const opening = ++this.opening;
    this.shown = key;
    const { open } = await this.views[name].load();
    if (opening !== this.opening) return;
    const moved = this.context !== null;
    this.context?.close();
    this.view?.close?.();
    this.say('');
    const host = element('div', { className: `view view-${name}` });
    byId('main').replaceChildren(host);
    this.title(this.views[name].title);
    this.context = new Context(this, host);
    this.view = open(this.context);
    this.view.show(address);
    if (moved) {
      scrollTo(0, 0);
      byId('main').focus({ preventScroll: true });
    }
  }

  /** @param {string} text */
  title(text) {
    document.title = `${text} · Tracetide`;
  }

  /** @param {boolean} held whether updates are paused */
  hold(held) {
    this.held = held;
    if (held) this.live.pause();
    else this.live.resume();
    this.context?.hold(held || document.hidden);
  }

  /** @param {import('./range.js').Range} range */
  choose(range) {
    this.router.change(addressOf(range));
  }

  /** @param {any} answer */
  answered(answer) {
    this.answeredAt = Date.now();
    if (answer?.partial) this.say(`These data are partial: no answer from ${answer.missing.join(', ')}.`, 'partial');
    else this.say(this.lag(answer));
  }

  /** @param {any} answer */
  lag(answer) {
    const closed = answer?.closedUpTo ? Date.parse(answer.closedUpTo) : null;
    if (closed === null || this.range.text === null) return '';
    const behind = Date.now() - closed;
    if (behind < BEHIND_MS) return '';
    return behind < REPLAY_MS
      ? `Processing is ${span(behind)} behind: windows are closed up to ${clock(closed)}.`
      : `Events of ${span(behind)} ago are being processed: choose a longer range to see them.`;
  }

  /** @param {any} failure */
  failed(failure) {
    if (this.ended) return;
    const since = this.answeredAt > 0 ? ` The data are of ${clock(this.answeredAt)}.` : '';
    const text = failure?.message ?? String(failure);
    this.say(failure?.kind === 'unreachable' ? `${text} Trying again.${since}` : `${text}${since}`, 'failure');
  }

  /** @param {string} text @param {string} [kind] */
  say(text, kind = '') {
    const notice = byId('notice');
    write(notice, text);
    notice.hidden = text === '';
    notice.dataset.kind = kind;
  }

  /** A message about something that was done, with an action that undoes it. @param {string} text @param {{label: string, run: () => void}} [undo] */
  toast(text, undo) {
    const root = element('div', { className: 'toast' }, element('span', {}, text));
    const close = () => root.remove();
    if (undo) {
      const button = element('button', { type: 'button' }, undo.label);
      button.addEventListener('click', () => {
        close();
        undo.run();
      });
      root.append(button);
    }
    const dismiss = element('button', { type: 'button', 'aria-label': 'Dismiss' }, '×');
    dismiss.addEventListener('click', close);
    root.append(dismiss);
    byId('toasts').append(root);
    setTimeout(close, undo ? 20_000 : 8_000);
  }

  /** Removes all data when the session has ended. */
  signOut() {
    if (this.ended) return;
    this.ended = true;
    this.live.end();
    this.context?.close();
    byId('main').replaceChildren();
    byId('footer').replaceChildren();
    byId('toasts').replaceChildren();
    this.toolbar.end();
    document.title = 'Tracetide';
    const notice = byId('notice');
    notice.replaceChildren('Your session has ended. ', element('a', { href: `/login?ended${location.hash}` }, 'Sign in again'), '.');
    notice.hidden = false;
  }
}
