// Runs the Express example as its README describes, and queries the trace of a request to it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Failed, equal, eventually, holds } from '../expect.mjs';

const DIRECTORY = fileURLToPath(new URL('express', import.meta.url));
const START_MS = 15_000;
const VISIBLE_MS = 3_000;

export default async function check(tracetide) {
  const service = tracetide.service('express');
  const port = await freePort();
  const shop = spawn(process.execPath, ['--require', './tracing.cjs', 'service.cjs'], {
    cwd: DIRECTORY,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      OTEL_SERVICE_NAME: service,
      OTEL_EXPORTER_OTLP_ENDPOINT: tracetide.gateway,
      OTEL_BSP_SCHEDULE_DELAY: '500',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
  });
  try {
    await listening(shop);
    const response = await fetch(`http://127.0.0.1:${port}/orders/42`);
    equal('answer of the shop', JSON.stringify(await response.json()), '{"order":"42","payment":{"paid":true}}');
    const answered = Date.now();
    const traceId = response.headers.get('trace-id');
    const trace = await eventually(
      () => tracetide.ask(`/monitoring/traces/${traceId}`),
      (found) => {
        equal('state', found.state, 'completed');
        equal('roots', found.spans.filter((span) => !span.parentSpanId).length, 1);
      },
      VISIBLE_MS,
    );
    const took = Date.now() - answered;
    const operations = trace.spans.map((span) => span.operation);
    for (const operation of ['GET /orders/:id', 'GET /payments/:id', 'GET']) {
      holds(`${operation} is among ${operations.join(', ')}`, operations.includes(operation));
    }
    await tracetide.expectWork(service, trace.spans.length, 0);
    return `trace of ${trace.spans.length} spans was there ${took} ms after the answer`;
  } finally {
    shop.kill('SIGTERM');
    await once(shop, 'exit');
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

function listening(shop) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Failed('the shop did not start')), START_MS);
    shop.once('exit', (code) => reject(new Failed(`the shop ended with ${code}`)));
    shop.stdout.on('data', (line) => {
      if (String(line).includes('is listening')) {
        clearTimeout(timer);
        resolve();
      }
    });
  });
}
