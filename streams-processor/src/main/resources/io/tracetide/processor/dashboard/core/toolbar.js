/** The bar and the strip below it: views, time range, comparison, tenant, zone, theme, connection. */

import { byId, button, element, segments, write, attribute } from './dom.js';
import { applyTheme, isUtc, prefer, preference, useUtc } from './preferences.js';
import { RangePicker } from './rangepicker.js';
import { COMPARISONS } from './range.js';

/** @type {Record<string, [string, string]>} */
const STATES = {
  connecting: ['Connecting', 'waiting'],
  live: ['Live', 'live'],
  lost: ['Reconnecting', 'down'],
  paused: ['Paused', 'paused'],
  ended: ['Signed out', 'down'],
};

/** Views that show the present state, whatever range the address keeps for the others. */
export const WITHOUT_RANGE = new Set(['trace', 'alerts', 'about']);

export class Toolbar {
  /** @param {import('./frame.js').Frame} frame */
  constructor(frame) {
    this.frame = frame;
    /** @type {import('../live/live.js').State} */
    this.live = 'connecting';
    /** @type {Map<string, HTMLAnchorElement>} */
    this.links = new Map();
    for (const [view, { title, nav }] of Object.entries(frame.views)) {
      if (!nav) continue;
      const link = element('a', { href: `#/${view}` }, title);
      this.links.set(view, link);
      byId('nav').append(link);
    }
    this.stateWord = element('b', { id: 'state-word' }, 'Connecting');
    this.state = element('p', { className: 'state', 'data-state': 'waiting', role: 'status' }, element('i', { 'aria-hidden': 'true' }), this.stateWord);
    this.pause = button('Pause', () => this.togglePause(), { className: 'quiet', id: 'pause' });
    byId('tools').append(this.state, this.pause, this.settings());
    this.picker = new RangePicker(range => frame.choose(range));
    this.compare = this.select('Compare with', 'compare', COMPARISONS, value => frame.router.change({ vs: value === 'prev' ? null : value }));
    this.tenant = this.select('Tenant', 'tenant', [['', 'all tenants']], value => frame.router.change({ tenant: value }));
    this.tenant.root.hidden = true;
    byId('strip').append(this.picker.root, this.compare.root, this.tenant.root);
    addEventListener('keydown', event => this.key(event));
  }

  /** @param {string} label @param {string} id @param {[string, string][]} choices @param {(value: string) => void} onChoose */
  select(label, id, choices, onChoose) {
    const select = element('select', { id }, ...choices.map(([value, text]) => element('option', { value }, text)));
    select.addEventListener('change', () => onChoose(select.value));
    return { root: element('label', { className: 'choice' }, element('span', {}, label), select), select };
  }

  settings() {
    const zone = segments('Times', 'zone', [['local', 'Local time'], ['utc', 'UTC']], isUtc() ? 'utc' : 'local', value => {
      useUtc(value === 'utc');
      location.reload();
    });
    const theme = segments('Theme', 'theme', [['auto', 'System'], ['light', 'Light'], ['dark', 'Dark']], preference('theme', 'auto'), value => {
      prefer('theme', value);
      applyTheme();
      dispatchEvent(new Event('themechange'));
    });
    const details = element('details', { className: 'menu' },
      element('summary', { 'aria-label': 'Settings', title: 'Settings' }, 'Settings'),
      element('div', { className: 'pop' }, element('p', {}, 'Times'), zone.root, element('p', {}, 'Theme'), theme.root));
    closeOutside(details);
    return details;
  }

  togglePause() {
    const held = !this.frame.held;
    this.frame.hold(held);
    write(this.pause, held ? 'Resume' : 'Pause');
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || (target instanceof HTMLElement && target.matches('input, select, textarea'))) return;
    const search = document.querySelector('input[type=search]');
    if (event.key === '/' && search instanceof HTMLElement) {
      event.preventDefault();
      search.focus();
    }
  }

  /** @param {import('../live/live.js').State} state */
  showState(state) {
    this.live = state;
    const [word, look] = this.frame.isFixed && state !== 'paused' && state !== 'ended' ? ['Fixed range', 'paused'] : STATES[state];
    write(this.stateWord, word);
    attribute(this.state, 'data-state', look);
  }

  /** @param {import('../api/types.js').About} about */
  showCaller(about) {
    const tenants = about.caller.tenants.slice().sort();
    this.known = new Set(tenants);
    for (const tenant of tenants) this.tenant.select.append(element('option', { value: tenant }, tenant));
    this.tenant.root.hidden = tenants.length < 2;
    this.showTenant();
  }

  /** Adds tenants that answers name to the choices of a caller with access to all. @param {Iterable<string>} tenants */
  tenants(tenants) {
    if (!this.frame.about.caller.allTenants) return;
    for (const tenant of tenants) {
      if (this.known?.has(tenant)) continue;
      (this.known ??= new Set()).add(tenant);
      this.tenant.select.append(element('option', { value: tenant }, tenant));
    }
    this.tenant.root.hidden = (this.known?.size ?? 0) < 2;
    this.showTenant();
  }

  showTenant() {
    const wanted = this.frame.router.address.query.get('tenant') ?? '';
    if (wanted && ![...this.tenant.select.options].some(({ value }) => value === wanted)) this.tenant.select.append(element('option', { value: wanted }, wanted));
    this.tenant.select.value = wanted;
  }

  /** @param {string} view */
  showAddress(view) {
    const { router, range } = this.frame;
    const parent = view === 'service' ? 'fleet' : view;
    for (const [name, link] of this.links) {
      link.href = router.link(name);
      attribute(link, 'aria-current', name === parent ? 'page' : null);
    }
    byId('brand').setAttribute('href', router.link('fleet'));
    this.picker.show(range);
    this.compare.select.value = router.address.query.get('vs') ?? 'prev';
    this.compare.root.hidden = view !== 'fleet';
    byId('strip').hidden = WITHOUT_RANGE.has(view);
    this.showTenant();
    this.showState(this.live);
  }

  end() {
    this.showState('ended');
    byId('nav').replaceChildren();
    byId('strip').replaceChildren();
    this.pause.remove();
    document.querySelector('.account')?.remove();
  }
}

/** Closes a menu at Escape and at a click beside it. @param {HTMLDetailsElement} details */
export function closeOutside(details) {
  addEventListener('click', event => {
    if (details.open && event.target instanceof Node && !details.contains(event.target)) details.open = false;
  });
  details.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !details.open) return;
    details.open = false;
    details.querySelector('summary')?.focus();
  });
}
