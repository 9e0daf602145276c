/** What to do on a system without spans. */

import { button, element } from '../../core/dom.js';

const SPAN = '{"type":"COMPLETED","status":"COMPLETED","traceId":"my-first-trace","serviceName":"shop","operationName":"GET /products","durationMicros":42000}';

export class EmptyFleet {
  /** @param {import('../../core/view.js').Context} context */
  constructor(context) {
    const gateway = context.about.gatewayUrl || `http://${location.hostname}:4318`;
    const command = `curl -sS -H 'Content-Type: application/json' -d '${SPAN}' ${gateway}/v1/trace-events`;
    const copy = button('Copy', async () => {
      const done = await navigator.clipboard?.writeText(command).then(() => true, () => false);
      copy.textContent = done ? 'Copied' : 'Select the text';
    });
    this.root = element('section', { className: 'card first', hidden: true },
      element('h2', {}, 'No service has sent spans in this range'),
      element('p', {}, 'Send one finished span. It is shown here within seconds:'),
      element('pre', { tabindex: '0', 'aria-label': 'Command' }, element('code', {}, command)),
      copy,
      element('p', {}, `OTLP exporters send to ${gateway} over HTTP, and to port 4317 over gRPC. Where the gateway has tokens, add one of class ti in the header Authorization.`));
  }
}
