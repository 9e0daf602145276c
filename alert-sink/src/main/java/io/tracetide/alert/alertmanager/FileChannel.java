package io.tracetide.alert.alertmanager;

import java.util.Map;

/**
 * One channel of a receiver, in Alertmanager's terms. Its settings may have secrets, which {@link
 * #toString} does not show.
 *
 * @param kind such as {@code webhook}: the key without {@code _configs}
 * @param path of the section
 * @param settings texts, lists and maps by key, with what is inherited from {@code global}
 * @param sendResolved whether it is notified of resolutions
 */
public record FileChannel(
    String kind, String path, Map<String, Object> settings, boolean sendResolved) {

  public FileChannel {
    settings = Map.copyOf(settings);
  }

  @Override
  public String toString() {
    return kind + settings.keySet();
  }
}
