package io.tracetide.alert.alertmanager;

import java.util.List;

/**
 * A receiver of an {@code alertmanager.yml}.
 *
 * @param name its name
 * @param path of its section
 * @param path of its section
 * @param channels none if it discards its alerts
 */
public record FileReceiver(String name, String path, List<FileChannel> channels) {

  public FileReceiver {
    channels = List.copyOf(channels);
  }
}
