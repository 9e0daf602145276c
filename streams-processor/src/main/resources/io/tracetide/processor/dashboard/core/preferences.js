/** What a user prefers on this browser: the theme, the zone of times, and the name that actions are signed with. */

const PREFIX = 'tracetide.';

/** Storage may be forbidden; then a preference lasts as long as the page. @type {Map<string, string>} */
const remembered = new Map();

/** @param {string} key @param {string} fallback */
export function preference(key, fallback) {
  try {
    return localStorage.getItem(PREFIX + key) ?? remembered.get(key) ?? fallback;
  } catch {
    return remembered.get(key) ?? fallback;
  }
}

/** @param {string} key @param {string} value */
export function prefer(key, value) {
  remembered.set(key, value);
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Kept in memory.
  }
  applyTheme();
}

let utc = preference('zone', 'local') === 'utc';

export const isUtc = () => utc;

/** @param {boolean} wanted */
export function useUtc(wanted) {
  utc = wanted;
  prefer('zone', wanted ? 'utc' : 'local');
}

/** Follows the system unless the user has chosen a theme. */
export function applyTheme() {
  const theme = preference('theme', 'auto');
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}
