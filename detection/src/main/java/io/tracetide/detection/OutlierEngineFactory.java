package io.tracetide.detection;

/** Creates engines of one kind. Implementations are found by {@link java.util.ServiceLoader}. */
public interface OutlierEngineFactory {

  /** Name by which the engine is selected; unique on a class path. */
  String name();

  OutlierEngine create(EngineSettings settings);
}
