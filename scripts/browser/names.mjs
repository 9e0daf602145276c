// Names as services may have them: special characters, other directions, and markup.

import { equal, eventually, holds } from './expect.mjs';
import { NAMES, operationOf, PAYLOADS } from './feed.mjs';
import { go, reads, serviceAddress, shown, signedIn } from './page.mjs';

export async function names(given) {
  const page = await signedIn(given, '/#/fleet?range=5m');
  await shown(page);
  for (const name of NAMES) {
    const link = page.locator('#services tbody a').filter({ has: page.locator('bdi', { hasText: exactly(name) }) });
    await link.click();
    await eventually(async () => {
      equal('the chosen service', await page.locator('#service-name').textContent(), name);
      equal(`operations of ${name}`, await page.locator('.figures tbody th').allTextContents(), [operationOf(name)]);
    });
    equal('the address', decodeURIComponent(new URL(page.url()).hash.split('/')[3].split('?')[0]), name);
    await page.goBack();
    await shown(page);
  }
  const last = NAMES.at(-1);
  await go(page, serviceAddress(last));
  await page.reload();
  await reads(page, '#service-name', last);
  await page.close();
  return `${NAMES.length} services opened, each shown alone`;
}

const exactly = text => new RegExp(`^${text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);

/** Nothing of a payload runs or becomes markup, in any view. */
export async function payloads(given) {
  const { api, browser, feed } = given;
  // Nobody opens 60 services in seconds; then the server refuses some queries for now, and the page repeats them.
  browser.expected = /503/;
  const page = await signedIn(given, '/#/fleet?range=5m', given.tokens.act);
  const dialogs = [];
  page.on('dialog', async dialog => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await feed.sendPayloads();
  await eventually(async () => {
    const { anomalies } = await (await api.get('/monitoring/anomalies?resolved=false&limit=1000')).json();
    const broken = new Set(anomalies.map(({ service }) => service));
    const open = PAYLOADS.filter(payload => broken.has(payload)).length;
    holds(`most payloads are the service of an anomaly (${open})`, open >= 0.9 * PAYLOADS.length);
  }, 60_000);
  const harmless = async where => {
    const found = await page.evaluate(() => ({
      ran: globalThis.xss,
      elements: document.querySelectorAll('#main :is(script, img, iframe, object, embed, link, style, base, meta, math, video, audio)').length,
      handlers: [...document.querySelectorAll('#main *')].filter(node => [...node.attributes].some(({ name, value }) => name.startsWith('on') || (/^(href|src|action|formaction|data|xlink:href)$/.test(name) && /^\s*javascript:/i.test(value)))).length,
    }));
    equal(`what payloads did in ${where}`, found, { ran: undefined, elements: 0, handlers: 0 });
    equal(`dialogs in ${where}`, dialogs, []);
  };
  await eventually(async () => {
    // New services are announced, so that no row moves by itself.
    const announced = page.locator('#services .again:visible');
    if ((await announced.count()) > 0) {
      await announced.click();
    }
    const shownNames = new Set(await page.locator('#services .names bdi').allTextContents());
    holds('payloads are names in the fleet', PAYLOADS.filter(payload => shownNames.has(payload)).length >= 0.9 * PAYLOADS.length);
  });
  await harmless('the fleet');
  for (const payload of PAYLOADS) {
    await go(page, serviceAddress(payload));
    await eventually(async () => equal('the service', await page.locator('#service-name').textContent(), payload));
    await harmless(`the service ${payload}`);
  }
  for (const id of feed.payloadTraces) {
    await go(page, `#/trace/default/${id}`);
    await reads(page, '#trace-events', '=');
    await harmless(`the trace ${id}`);
  }
  for (const [hash, where] of [['#/anomalies?range=5m', '#incidents'], ['#/workflows?range=5m', '#workflow-traces'], ['#/alerts', '#alert-groups'], ['#/audit?range=1h', '#audit-entries']]) {
    await go(page, hash);
    await page.locator(`${where} li, ${where} tr`).first().waitFor();
    await page.waitForTimeout(500);
    await harmless(hash);
  }
  await page.close();
  return `${PAYLOADS.length} payloads as names of services, operations, tags and events are text in every view`;
}
