package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.format.span.SpanSource;
import io.tracetide.gateway.record.RecordBatchBuilder;

/**
 * What is made of the surroundings of spans, or of metrics, in either encoding.
 *
 * @param <S> what is known of the sender of an item
 */
interface Signal<S> {

  /** Finished spans. */
  Signal<SpanSource> SPANS =
      new Signal<>() {
        @Override
        public Draft<SpanSource> resource(RecordBatchBuilder intake) {
          SpanSource.Draft draft = new SpanSource.Draft(intake);
          return new Draft<>() {
            @Override
            public void attribute(String key, String value) {
              draft.attribute(key, value);
            }

            @Override
            public SpanSource finish() {
              return draft.finish();
            }
          };
        }

        @Override
        public SpanSource scoped(SpanSource resource, String name, String version, long masked) {
          return resource.withScope(name, version, masked);
        }
      };

  /** Measurements. */
  Signal<MetricSource> METRICS =
      new Signal<>() {
        @Override
        public Draft<MetricSource> resource(RecordBatchBuilder intake) {
          return new MetricSource.Draft(intake);
        }

        @Override
        public MetricSource scoped(
            MetricSource resource, String name, String version, long masked) {
          return resource.withScope(name);
        }
      };

  Draft<S> resource(RecordBatchBuilder intake);

  /**
   * Adds the instrumentation scope.
   *
   * @param masked what was masked in its texts
   */
  S scoped(S resource, String name, String version, long masked);

  /** A resource while its attributes arrive. */
  interface Draft<S> {

    void attribute(String key, String value);

    S finish();
  }
}
