// OpenTelemetry for the service, loaded before it: node --require ./tracing.cjs service.cjs
// Where spans go, and under which name, the environment says (OTEL_EXPORTER_OTLP_ENDPOINT,
// OTEL_SERVICE_NAME).

const { trace } = require('@opentelemetry/api');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { NodeSDK } = require('@opentelemetry/sdk-node');

const sdk = new NodeSDK({
  instrumentations: [
    // Tells whoever asks which trace to look for.
    new HttpInstrumentation({
      responseHook: (span, response) => {
        response.setHeader?.('trace-id', span.spanContext().traceId);
      },
    }),
    new ExpressInstrumentation(),
  ],
});
sdk.start();

process.on('SIGTERM', () => sdk.shutdown().finally(() => process.exit(0)));
