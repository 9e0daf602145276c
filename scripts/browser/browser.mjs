// A browser whose errors and policy violations fail the check.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Failed } from './expect.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GRAVE = ['serious', 'critical'];
/** Matches no error. */
export const NOTHING = /^$/;

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser with an empty profile. Errors of its pages are recorded until it closes. */
export class Browser {
  static async start({ browser, pictures }) {
    const home = mkdtempSync(join(tmpdir(), 'tracetide-browser-'));
    const context = await chromium.launchPersistentContext(home, {
      executablePath: browser,
      headless: true,
      args: SWITCHES,
      // Usual browsers keep pages for the back button.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      ignoreHTTPSErrors: true,
      viewport: { width: 1280, height: 900 },
    });
    return new Browser(home, context, pictures);
  }

  constructor(home, context, pictures) {
    this.home = home;
    this.context = context;
    this.pictures = pictures;
    this.complaints = [];
    /** Errors that the check expects. */
    this.expected = NOTHING;
    context.on('page', page => this.watch(page));
    context.pages().forEach(page => this.watch(page));
  }

  watch(page) {
    const complain = text => this.expected.test(text) || this.complaints.push(text);
    page.on('pageerror', error => complain(`script failed: ${error.message}`));
    // Chromium reports what a policy of the page forbade here, too.
    page.on('console', message => ['error', 'warning'].includes(message.type()) && complain(`console: ${message.text()}`));
    page.on('response', response => response.status() >= 500 && complain(`${response.status()} of ${response.url()}`));
  }

  async page() {
    return this.context.newPage();
  }

  /** Fails with the errors since the last call. */
  quiet(where) {
    const found = this.complaints.splice(0);
    if (found.length > 0) {
      throw new Failed(`${where}: ${[...new Set(found)].join('; ')}`);
    }
  }

  /** Fails when the current page violates rules of accessibility. */
  async accessible(page, where) {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document));
    const grave = violations.filter(({ impact }) => GRAVE.includes(impact));
    if (grave.length > 0) {
      const first = ({ id, nodes }) => `${id} at ${nodes[0].target.join(' ')} (${nodes.length}): ${nodes[0].failureSummary.replaceAll(/\s+/g, ' ')}`;
      throw new Failed(`${where}: ${grave.map(first).join('; ')}`);
    }
  }

  async picture(page, name) {
    if (this.pictures) {
      await page.screenshot({ path: join(this.pictures, `${name}.png`), fullPage: true });
    }
  }

  async close() {
    await this.context.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}
