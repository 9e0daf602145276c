// The metrics SDK of OpenTelemetry for Node, with each of its exporters and both temporalities.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { OTLPMetricExporter as GrpcExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as JsonExporter,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

const { CUMULATIVE, DELTA } = AggregationTemporalityPreference;

// The measurements before each export.
const ORDERS = [10, 15, 20];
const DEPTHS = [5, 9, 3];
const SIZES = [
  [120, 480, 90],
  [2_000, 35],
  [700, 700, 1, 65_000],
];

export const protobuf = (tracetide) =>
  measure(
    tracetide,
    'metrics-protobuf',
    new ProtobufExporter({
      url: `${tracetide.gateway}/v1/metrics`,
      temporalityPreference: CUMULATIVE,
    }),
  );

export const json = (tracetide) =>
  measure(
    tracetide,
    'metrics-json',
    new JsonExporter({ url: `${tracetide.gateway}/v1/metrics`, temporalityPreference: DELTA }),
  );

export const grpc = (tracetide) =>
  measure(
    tracetide,
    'metrics-grpc',
    new GrpcExporter({ url: `http://${tracetide.grpc}`, temporalityPreference: CUMULATIVE }),
  );

async function measure(tracetide, name, exporter) {
  const service = tracetide.service(name);
  const provider = new MeterProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.instance.id': randomUUID(),
    }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 600_000 })],
    views: [
      {
        instrumentName: 'answer_size_bytes',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
    ],
  });
  const meter = provider.getMeter('interop');
  const orders = meter.createCounter('orders_total');
  const depth = meter.createGauge('queue_depth');
  const asked = meter.createHistogram('request_size_bytes', { unit: 'By' });
  const answered = meter.createHistogram('answer_size_bytes', { unit: 'By' });
  for (let i = 0; i < ORDERS.length; i++) {
    orders.add(ORDERS[i]);
    depth.record(DEPTHS[i]);
    SIZES[i].forEach((size) => {
      asked.record(size);
      answered.record(size);
    });
    // A sample must be newer than the one before.
    await sleep(20);
    await provider.forceFlush();
  }
  // It exports once more, which must add nothing but another sample of the gauge.
  await provider.shutdown();

  const sizes = SIZES.flat();
  const distribution = { count: sizes.length, sum: total(sizes) };
  await tracetide.expectMetric(service, 'orders_total', { sum: total(ORDERS) });
  await tracetide.expectMetric(service, 'queue_depth', { min: 3, max: 9 });
  await tracetide.expectMetric(service, 'request_size_bytes', distribution);
  await tracetide.expectMetric(service, 'answer_size_bytes', distribution);
  return `a counter of ${total(ORDERS)}, a gauge, and two histograms of ${sizes.length} values, exactly`;
}

function total(values) {
  return values.reduce((a, b) => a + b, 0);
}
