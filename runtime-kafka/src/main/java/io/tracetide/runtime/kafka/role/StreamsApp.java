package io.tracetide.runtime.kafka.role;

import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.kafka.streams.SupervisedStreams;
import io.tracetide.runtime.life.EnvironmentException;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CountDownLatch;

/** A running role with a Streams application and one listener. */
public abstract class StreamsApp implements AutoCloseable {

  private final StreamsRole role;
  private final Listener listener;
  private final SupervisedStreams streams;

  protected StreamsApp(StreamsRole role, Listener listener, SupervisedStreams streams) {
    this.role = role;
    this.listener = listener;
    this.streams = streams;
  }

  /** Port of the listener. */
  public final int port() {
    return listener.port();
  }

  /** Address of the listener, without a trailing slash. */
  public final String url() {
    return listener.url();
  }

  public final Health health() {
    return role.health();
  }

  /** The routes of the listener, as {@link Listener#routes()} lists them. */
  public final SortedSet<String> routes() {
    return listener.routes();
  }

  /** Opens when the Streams application has failed for good and the process should end. */
  public final CountDownLatch failed() {
    return streams.failed();
  }

  /** The cause of the failure, if it is the machine (disk, permissions). */
  public final Optional<EnvironmentException> failure() {
    return streams.failure();
  }

  /** Commits the processed records and stops. */
  @Override
  public final void close() {
    role.closers().close();
  }
}
