// The tracing SDK of OpenTelemetry for Node, with each of its exporters.

import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Failed, equal } from '../expect.mjs';

const TRACES = 120;
const SPANS_PER_TRACE = 3;
const FAILS_EVERY = 10;

export const protobuf = (tracetide) =>
  send(
    tracetide,
    'otlp-protobuf',
    new ProtobufExporter({ url: `${tracetide.gateway}/v1/traces`, compression: 'gzip' }),
  );

export const json = (tracetide) =>
  send(tracetide, 'otlp-json', new JsonExporter({ url: `${tracetide.gateway}/v1/traces` }));

export const grpc = (tracetide) =>
  send(tracetide, 'otlp-grpc', new GrpcExporter({ url: `http://${tracetide.grpc}` }));

export const zipkin = (tracetide) =>
  send(
    tracetide,
    'otel-zipkin',
    new ZipkinExporter({ url: `${tracetide.gateway}/api/v2/spans` }),
  );

async function send(tracetide, name, exporter) {
  const service = tracetide.service(name);
  const exported = new Exported(exporter);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [
      new BatchSpanProcessor(exported, { maxExportBatchSize: 64, scheduledDelayMillis: 100 }),
    ],
  });
  const tracer = provider.getTracer('interop');
  const failing = [];
  for (let i = 0; i < TRACES; i++) {
    const traceId = order(tracer, i);
    if (i % FAILS_EVERY === 0) {
      failing.push(traceId);
    }
  }
  await provider.forceFlush();
  await provider.shutdown();
  if (exported.failure) {
    throw new Failed(`an export failed: ${exported.failure}`);
  }
  equal('exported spans', exported.count, TRACES * SPANS_PER_TRACE);

  await tracetide.expectWork(service, TRACES * SPANS_PER_TRACE, failing.length);
  const found = await tracetide.trace(failing[0], SPANS_PER_TRACE);
  equal('state of a failed trace', found.state, 'failed');
  equal('its error', found.error.message, 'the card was refused');
  equal('its service', found.service, service);
  const root = found.spans.find((span) => span.operation === 'POST /orders/:id');
  const children = found.spans.filter((span) => span.parentSpanId === root.spanId);
  equal('spans below its root', children.length, SPANS_PER_TRACE - 1);
  return `${exported.count} spans counted once, ${failing.length} of them as failed`;
}

/** One trace of three spans; returns its id. */
function order(tracer, number) {
  const root = tracer.startSpan('POST /orders/:id', {
    kind: SpanKind.SERVER,
    attributes: { 'http.route': '/orders/:id', 'order.items': number, 'order.gift': number % 2 === 0 },
  });
  const below = trace.setSpan(context.active(), root);
  const price = tracer.startSpan('price', { kind: SpanKind.INTERNAL }, below);
  price.addEvent('discounted', { percent: 10 });
  price.end();
  const pay = tracer.startSpan('POST /payments', { kind: SpanKind.CLIENT }, below);
  pay.end();
  if (number % FAILS_EVERY === 0) {
    root.recordException(new Error('the card was refused'));
    root.setStatus({ code: SpanStatusCode.ERROR, message: 'the card was refused' });
  }
  root.end();
  return root.spanContext().traceId;
}

/** An exporter that records the results of its exports. */
class Exported {
  constructor(exporter) {
    this.exporter = exporter;
    this.count = 0;
  }

  export(spans, done) {
    this.exporter.export(spans, (result) => {
      if (result.code === 0) {
        this.count += spans.length;
      } else {
        this.failure = result.error ?? 'no reason given';
      }
      done(result);
    });
  }

  shutdown() {
    return this.exporter.shutdown();
  }

  forceFlush() {
    return this.exporter.forceFlush?.() ?? Promise.resolve();
  }
}
