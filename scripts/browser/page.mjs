// What the checks share: signing in, and the views of the page.

import { contains, eventually, holds } from './expect.mjs';

export const SIZES = [
  [1280, 900],
  [768, 1024],
  [390, 844],
];
export const SCHEMES = ['light', 'dark'];
/** Chromium writes to the console when a page is answered with one of these. */
export const REFUSED = /status of 4(01|03)/;

export const alert = page => page.getByRole('alert').first().textContent();

export async function enter(page, token) {
  await page.getByLabel('Query or admin token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Waits for the table of services. */
export async function shown(page) {
  await page.locator('#services tbody tr').first().waitFor();
}

/** A page with a session: of the token that reads, unless another one is named. */
export async function signedIn({ browser, dashboard, tokens }, address = '/', token = tokens.look) {
  const page = await browser.page();
  await page.goto(dashboard + address);
  if (new URL(page.url()).pathname === '/login') {
    await enter(page, token);
  }
  await page.locator('#main .view').waitFor();
  return page;
}

/** Opens an address of the page without loading it again. */
export async function go(page, hash) {
  await page.evaluate(to => (location.hash = to), hash);
  await page.waitForTimeout(100);
}

/** Waits until a place has a text. */
export const reads = (page, selector, part, patienceMs) =>
  eventually(async () => contains(selector, (await page.locator(selector).allTextContents()).join('\n'), part), patienceMs);

/** Fails when the page is wider than its window. */
export async function fits(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  holds(`${where} fits into the window (${wide} px too wide)`, wide <= 0);
}

/** Ends the session, so that the next check may sign in with another token. */
export async function leave({ browser }) {
  await browser.context.clearCookies();
}

export const serviceAddress = name => `#/service/default/${encodeURIComponent(name)}`;
