// Every view at every size and in both themes: it shows its data, fits, and is accessible.

import { eventually, holds } from './expect.mjs';
import { FAILING, LONG } from './feed.mjs';
import { fits, go, reads, SCHEMES, serviceAddress, shown, signedIn, SIZES } from './page.mjs';

const MOST_FOR_AN_ANOMALY_MS = 60_000;

/** Addresses of all views, and what each shows. */
async function all({ api, feed }) {
  const { incidents } = await (await api.get('/monitoring/incidents?limit=1000')).json();
  const incident = incidents.find(({ services }) => services.includes(FAILING));
  return {
    fleet: ['#/fleet?range=5m', '#services', LONG],
    service: [`${serviceAddress(FAILING)}?range=5m`, '#service-name', FAILING],
    anomalies: ['#/anomalies?range=5m', '#incidents', FAILING],
    incident: [`#/anomalies/default/${incident.incidentId}`, '.anomaly', 'error rate'],
    workflows: ['#/workflows?range=5m', '#workflow-traces', 'waiting for approval'],
    trace: [`#/trace/default/${feed.trace}`, '.facts', 'waiting for approval'],
    alerts: ['#/alerts', '#alert-groups', FAILING],
    audit: ['#/audit?range=1h', '#audit-entries', 'configuration.loaded'],
    about: ['#/about', '.facts', 'Version'],
  };
}

export async function views(given) {
  const { browser, api } = given;
  await eventually(async () => {
    const { anomalies } = await (await api.get('/monitoring/anomalies?resolved=false&limit=1000')).json();
    holds(`an anomaly of ${FAILING} is open`, anomalies.some(({ service }) => service === FAILING));
    holds('a stuck trace is found', anomalies.some(({ service, detector }) => service === LONG && (detector === 'LEDGER' || detector === 'CONTRACT')));
  }, MOST_FOR_AN_ANOMALY_MS);
  const page = await signedIn(given, '/#/fleet?range=5m', given.tokens.act);
  await shown(page);
  const looked = [];
  for (const [view, [hash, where, text]] of Object.entries(await all(given))) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await go(page, hash);
    await reads(page, where, text);
    if (view === 'service') {
      await eventually(async () => holds('the charts are drawn', (await page.locator('.chart .blank:visible').count()) === 0 && (await page.locator('.chart canvas').count()) >= 3));
    }
    for (const [width, height] of SIZES) {
      for (const colorScheme of SCHEMES) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(250);
        await browser.accessible(page, `${view} at ${width}, ${colorScheme}`);
        await fits(page, `${view} at ${width}`);
        await browser.picture(page, `${view}-${width}-${colorScheme}`);
      }
    }
    browser.quiet(view);
    looked.push(view);
  }
  await page.close();
  return `${looked.length} views at ${SIZES.length} sizes, light and dark`;
}
