/**
 * Addresses of the views. They are in the fragment, `#/service/default/checkout?range=1h`: a fragment is not sent to servers, so names
 * and trace ids are in no access log, it survives the redirects of the sign-in, and any path of the page is the same document. Each
 * address has an entry in the browser's history, which `hashchange` reports.
 */

/**
 * @typedef {object} Address
 * @property {string} view
 * @property {string[]} path names below the view, decoded
 * @property {URLSearchParams} query
 */

export const HOME = 'fleet';

/** Parameters that links to other views keep. */
const SHARED = ['range', 'from', 'to', 'tenant', 'vs'];

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {string} hash @returns {Address} */
export function parse(hash) {
  const text = hash.replace(/^#/, '');
  if (!text.startsWith('/')) return ofEarlierForm(new URLSearchParams(text));
  const mark = text.indexOf('?');
  const [view, ...path] = (mark < 0 ? text : text.slice(0, mark)).slice(1).split('/').map(decode);
  return { view: view || HOME, path, query: new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1)) };
}

/** Links of messages and bookmarks of earlier versions: `#range=1h&tenant=default&service=checkout&trace=ID`. @param {URLSearchParams} old @returns {Address} */
function ofEarlierForm(old) {
  const query = new URLSearchParams();
  const range = old.get('range');
  if (range) query.set('range', range);
  const tenant = old.get('tenant') ?? 'default';
  const trace = old.get('trace');
  const service = old.get('service');
  if (trace) return { view: 'trace', path: [old.get('traceTenant') ?? tenant, trace], query };
  if (service) return { view: 'service', path: [tenant, service], query };
  return { view: HOME, path: [], query };
}

/** @param {string} view @param {string[]} path @param {URLSearchParams} query */
function format(view, path, query) {
  const text = query.toString();
  return `#/${[view, ...path].map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

export class Router {
  /** @param {(address: Address) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.address = parse(location.hash);
    addEventListener('hashchange', () => this.read());
  }

  /** Reads the address; one of an earlier form is replaced by the present one. */
  read() {
    this.address = parse(location.hash);
    const canonical = format(this.address.view, this.address.path, this.address.query);
    if (location.hash && !location.hash.startsWith('#/')) history.replaceState(null, '', canonical);
    this.onChange(this.address);
  }

  /**
   * The address of a view, for links. It keeps the time range, the tenant and the period of comparison.
   * @param {string} view
   * @param {string[]} [path]
   * @param {Record<string, string | null>} [more]
   */
  link(view, path = [], more = {}) {
    const query = new URLSearchParams();
    for (const name of SHARED) {
      const value = this.address.query.get(name);
      if (value) query.set(name, value);
    }
    for (const [name, value] of Object.entries(more)) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    return format(view, path, query);
  }

  /**
   * Changes parameters of the present view.
   * @param {Record<string, string | null>} changes null removes one
   * @param {boolean} [asEntry] whether the back button returns to the state before
   */
  change(changes, asEntry = true) {
    const query = new URLSearchParams(this.address.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') query.delete(name);
      else query.set(name, value);
    }
    this.go(format(this.address.view, this.address.path, query), asEntry);
  }

  /** @param {string} hash @param {boolean} [asEntry] */
  go(hash, asEntry = true) {
    if (hash === location.hash) return;
    if (asEntry) {
      location.hash = hash;
    } else {
      history.replaceState(null, '', hash);
      this.read();
    }
  }
}
