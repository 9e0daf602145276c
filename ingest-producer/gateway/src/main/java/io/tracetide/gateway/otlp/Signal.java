package io.tracetide.gateway.otlp;

import io.tracetide.gateway.intake.Intake;
import io.tracetide.gateway.span.Resource;

/**
 * What is made of the surroundings of spans, or of metrics, in either encoding.
 *
 * @param <S> what is known of the sender of an item
 */
interface Signal<S> {

  /** Finished spans. */
  Signal<Resource> SPANS =
      new Signal<>() {
        @Override
        public Draft<Resource> resource(Intake intake) {
          Resource.Draft draft = new Resource.Draft(intake);
          return new Draft<>() {
            @Override
            public void attribute(String key, String value) {
              draft.attribute(key, value);
            }

            @Override
            public Resource finish() {
              return draft.finish();
            }
          };
        }

        @Override
        public Resource scoped(Resource resource, String name, String version, long masked) {
          return resource.withScope(name, version, masked);
        }
      };

  /** Measurements. */
  Signal<Meter> METRICS =
      new Signal<>() {
        @Override
        public Draft<Meter> resource(Intake intake) {
          return new Meter.Draft(intake);
        }

        @Override
        public Meter scoped(Meter resource, String name, String version, long masked) {
          return resource.withScope(name);
        }
      };

  Draft<S> resource(Intake intake);

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
