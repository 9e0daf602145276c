package io.tracetide.standalone.broker;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.environment.LoopbackPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.metadata.storage.FormatterException;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker with its KRaft controller in this JVM, on loopback, with transactions. Topics,
 * offsets and ids are kept in its directory across restarts.
 *
 * <p>Sized for one machine: about 30 MiB of heap, one partition for each of the coordinator's own
 * topics.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final String CONTROLLER = "CONTROLLER";
  private static final String CLIENTS = "PLAINTEXT";
  private static final int NODE_ID = 1;

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedKafka(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts a broker and waits until it responds.
   *
   * @param directory its data directory; formatted when it is new
   * @param port of the client listener; 0 for any free one
   * @param timeout time limit of the start
   * @throws EnvironmentException when the port is taken, the directory is in use or cannot be
   *     written, or the time has passed
   */
  public static EmbeddedKafka start(Path directory, int port, Duration timeout) {
    return start(directory, port, timeout, Map.of());
  }

  /**
   * Starts a broker with further settings.
   *
   * @param settings properties of the broker with precedence over Tracetide's
   */
  public static EmbeddedKafka start(
      Path directory, int port, Duration timeout, Map<String, String> settings) {
    LoopbackPort.requireFree("Kafka", port);
    Path data = directory.toAbsolutePath().normalize();
    int clientPort = port == 0 ? LoopbackPort.free() : port;
    requireUnused(data);
    format(data);
    EmbeddedKafka kafka = launch(data, clientPort, timeout, settings);
    log.info("broker started bootstrap={} directory={}", kafka.bootstrapServers(), data);
    return kafka;
  }

  /** The broker locks its directory, too, but needs minutes to fail when it is locked. */
  private static void requireUnused(Path data) {
    Path file = data.resolve(".lock");
    if (!Files.exists(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(data);
      }
      lock.release();
    } catch (OverlappingFileLockException e) {
      throw inUse(data);
    } catch (IOException e) {
      throw notWritable(data, e);
    }
  }

  private static EnvironmentException inUse(Path data) {
    return new EnvironmentException(
        "broker directory %s is in use by another process: stop it, or choose another --data-dir"
            .formatted(data));
  }

  /**
   * Sets the action before the broker halts this JVM after a fatal error, for example a full disk.
   * By default the JVM halts without a message on the terminal.
   */
  public static void onHalt(Runnable last) {
    Exit.setHaltProcedure((code, message) -> last.run());
    Exit.setExitProcedure((code, message) -> last.run());
  }

  private static void format(Path data) {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    try {
      Files.createDirectories(data);
      new Formatter()
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(List.of(data.toString()))
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName(CONTROLLER)
          .setIgnoreFormatted(true)
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setPrintStream(
              new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8))
          .run();
    } catch (IOException | FormatterException e) {
      throw notWritable(data, e);
    } catch (Exception e) { // Formatter.run declares it.
      throw new IllegalStateException("broker directory " + data + " was not formatted", e);
    }
  }

  /**
   * Starts the server on its own thread, because a server that fails to start spends minutes on its
   * shutdown first.
   */
  private static EmbeddedKafka launch(
      Path data, int port, Duration timeout, Map<String, String> overrides) {
    Properties settings = settings(data, port, LoopbackPort.free());
    settings.putAll(overrides);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    CompletableFuture<EmbeddedKafka> started = new CompletableFuture<>();
    Thread starter = new Thread(() -> complete(started, server, port), "kafka-start");
    starter.setDaemon(true);
    starter.start();
    try {
      return started.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw explain(e.getCause() == null ? e : e.getCause(), data, port);
    } catch (TimeoutException e) {
      throw new EnvironmentException(
          "Kafka on port %d did not start within %d s: the machine is too busy, or its disk too slow"
              .formatted(port, timeout.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("the start of Kafka was interrupted", e);
    }
  }

  /** The start returns when the broker serves clients. */
  private static void complete(
      CompletableFuture<EmbeddedKafka> started, KafkaRaftServer server, int port) {
    try {
      server.startup();
      EmbeddedKafka kafka = new EmbeddedKafka(server, port);
      if (!started.complete(kafka)) {
        kafka.close();
      }
    } catch (RuntimeException e) {
      started.completeExceptionally(e);
    }
  }

  private static Properties settings(Path data, int port, int controllerPort) {
    Properties p = new Properties();
    p.putAll(
        Map.of(
            "process.roles", "broker,controller",
            "node.id", String.valueOf(NODE_ID),
            "listeners",
                "%s://%s:%d,%s://%s:%d"
                    .formatted(
                        CLIENTS,
                        LoopbackPort.HOST,
                        port,
                        CONTROLLER,
                        LoopbackPort.HOST,
                        controllerPort),
            "controller.quorum.voters",
                "%d@%s:%d".formatted(NODE_ID, LoopbackPort.HOST, controllerPort),
            "controller.listener.names", CONTROLLER,
            "inter.broker.listener.name", CLIENTS,
            "listener.security.protocol.map",
                "%s:PLAINTEXT,%s:PLAINTEXT".formatted(CLIENTS, CONTROLLER),
            "log.dirs", data.toString(),
            "auto.create.topics.enable", "false"));
    // One broker holds every replica.
    p.putAll(
        Map.of(
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "1",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "1",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1",
            "share.coordinator.state.topic.num.partitions", "1",
            "default.replication.factor", "1",
            "min.insync.replicas", "1"));
    // Small: two cores, a few dozen partitions.
    p.putAll(
        Map.of(
            "group.initial.rebalance.delay.ms", "0",
            "num.network.threads", "1",
            "num.io.threads", "2",
            "background.threads", "2",
            "num.replica.fetchers", "1",
            "num.recovery.threads.per.data.dir", "2",
            "log.cleaner.dedupe.buffer.size", "2097152",
            "log.index.size.max.bytes", "1048576",
            "producer.id.expiration.ms", "3600000"));
    return p;
  }

  private static boolean says(Throwable e, String words) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t.getMessage() != null && t.getMessage().contains(words)) {
        return true;
      }
    }
    return false;
  }

  private static RuntimeException explain(Throwable e, Path data, int port) {
    if (says(e, "failed to bind")) {
      return LoopbackPort.taken("Kafka", port);
    }
    if (says(e, "No space left") || says(e, "Read-only file system") || says(e, "log dir")) {
      return notWritable(data, e);
    }
    return new EnvironmentException("Kafka did not start (%s)".formatted(e.getMessage()), e);
  }

  private static EnvironmentException notWritable(Path data, Throwable e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new EnvironmentException(
        "broker directory %s cannot be written (%s): free space or give this user write access, or choose another --data-dir"
            .formatted(data, reason.lines().findFirst().orElse(reason)),
        e);
  }

  public String bootstrapServers() {
    return LoopbackPort.HOST + ":" + port;
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
