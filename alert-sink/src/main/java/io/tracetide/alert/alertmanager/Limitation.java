package io.tracetide.alert.alertmanager;

/**
 * A part of an {@code alertmanager.yml} that has no effect.
 *
 * @param path of the key: {@code receivers[0].slack_configs[0].title}
 * @param sentence what happens instead
 */
public record Limitation(String path, String sentence) {
  @Override
  public String toString() {
    return path + ": " + sentence;
  }
}
