// Runs every check with one browser and prints its result.

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { request } from 'playwright-core';
import { actions } from './actions.mjs';
import { Browser, NOTHING } from './browser.mjs';
import { Failed } from './expect.mjs';
import { Feed } from './feed.mjs';
import { exemplar, fixedRange, history } from './history.mjs';
import { live } from './live.mjs';
import { names, payloads } from './names.mjs';
import { leave } from './page.mjs';
import * as session from './session.mjs';
import { speed } from './speed.mjs';
import { tenants } from './tenants.mjs';
import { views } from './views.mjs';

/** In this order. Those that need a session sign in. */
const CHECKS = {
  'sign-in': session.signIn,
  views,
  names,
  history,
  'fixed-range': fixedRange,
  exemplar,
  live,
  actions,
  speed,
  payloads,
  'other-sites': session.otherSites,
  'sign-out': session.signOut,
  cookies: session.cookies,
  'end-of-session': session.endOfSession,
  tenants,
};

/** Need a token that acts, or the one that reads, without a session before. */
const FRESH = new Set(['views', 'names', 'actions', 'speed', 'payloads', 'sign-out', 'tenants']);

function options() {
  try {
    const text = { type: 'string' };
    const { values } = parseArgs({
      options: { config: text, gateway: text, dashboard: text, browser: text, pictures: text, only: text },
    });
    const missing = ['config', 'gateway', 'dashboard'].filter(name => !values[name]);
    if (missing.length > 0) {
      throw new Error(`missing --${missing.join(', --')}`);
    }
    const browser = values.browser ?? '/usr/bin/chromium';
    if (!existsSync(browser)) {
      throw new Error(`no browser at ${browser}: install Chromium, or give its path with --browser`);
    }
    const only = values.only?.split(',') ?? Object.keys(CHECKS);
    const unknown = only.filter(name => !(name in CHECKS));
    if (unknown.length > 0) {
      throw new Error(`no check ${unknown.join(', ')}; there are ${Object.keys(CHECKS).join(', ')}`);
    }
    return { ...values, browser, only, dashboard: values.dashboard.replace(/\/$/, '') };
  } catch (error) {
    console.error(`scripts/browser/run: ${error.message}; see scripts/browser/run --help`);
    process.exit(2);
  }
}

const chosen = options();
if (chosen.pictures) {
  mkdirSync(chosen.pictures, { recursive: true });
}
const tokens = JSON.parse(readFileSync(join(chosen.config, 'tokens.json'), 'utf8'));
const api = await request.newContext({
  baseURL: chosen.dashboard,
  ignoreHTTPSErrors: true,
  extraHTTPHeaders: { authorization: `Bearer ${tokens.look}` },
});
const feed = new Feed(chosen.gateway, tokens.send);
const browser = await Browser.start(chosen);
const outcomes = { passed: 0, failed: 0 };

async function run(name, check) {
  const started = Date.now();
  const report = (verdict, text) => {
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${verdict.padEnd(6)} ${name.padEnd(16)} ${seconds.padStart(5)} s  ${text}`);
  };
  try {
    browser.expected = NOTHING;
    if (FRESH.has(name)) {
      await leave({ browser });
    }
    const text = await check({ ...chosen, browser, feed, tokens, api });
    browser.quiet(name);
    report('ok', text);
    outcomes.passed++;
  } catch (error) {
    report('FAILED', error instanceof Failed ? error.message : error.stack);
    outcomes.failed++;
    for (const page of browser.context.pages().slice(1)) {
      await browser.picture(page, `failed-${name}`).catch(() => {});
      await page.close();
    }
    browser.complaints.length = 0;
  }
}

try {
  await feed.start();
  for (const [name, check] of Object.entries(CHECKS)) {
    if (name === 'sign-in' || chosen.only.includes(name)) {
      await run(name, check);
    }
  }
  feed.stop();
} finally {
  clearInterval(feed.timer);
  await api.dispose();
  await browser.close();
}

console.log(`${outcomes.passed} passed, ${outcomes.failed} failed`);
process.exit(outcomes.failed === 0 ? 0 : 1);
