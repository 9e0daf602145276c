package io.tracetide.gateway.format.otlp;

/** Takes an attribute as it came. */
@FunctionalInterface
interface AttributeSink {

  void accept(String key, String value);
}
