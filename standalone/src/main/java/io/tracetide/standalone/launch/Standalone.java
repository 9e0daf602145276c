package io.tracetide.standalone.launch;

import io.tracetide.alert.SinkApp;
import io.tracetide.alert.SinkSections;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.http.tls.TlsClients;
import io.tracetide.runtime.http.tls.TlsConfig;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.broker.EmbeddedKafka;
import io.tracetide.standalone.config.Placement;
import io.tracetide.standalone.config.StandalonePort;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.demo.DemoConfig;
import io.tracetide.standalone.demo.DemoSchedule;
import io.tracetide.standalone.demo.DemoWorkload;
import io.tracetide.standalone.demo.WebhookInbox;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;

/**
 * All of Tracetide on one machine: broker, gateway and alert sink in this JVM, schema registry and
 * processor as supervised children.
 */
public final class Standalone {

  /**
   * Options of the launcher.
   *
   * @param data the data directory
   * @param configFiles the user's configuration; children read the same files
   * @param portOffset added to every port except 0
   * @param demo whether the demonstration's contract is applied and its inbox receives alerts
   * @param commandLine class whose main method runs the role named by its first argument
   */
  public record Options(
      DataDirectory data,
      List<Path> configFiles,
      int portOffset,
      boolean demo,
      Class<?> commandLine) {
    public Options {
      configFiles = List.copyOf(configFiles);
    }
  }

  private final Closers closers;
  private final Addresses addresses;
  private final GatewayApp gateway;
  private final TlsConfig gatewayTls;
  private final SinkApp sink;

  private Standalone(
      Closers closers,
      Addresses addresses,
      GatewayApp gateway,
      TlsConfig gatewayTls,
      SinkApp sink) {
    this.closers = closers;
    this.addresses = addresses;
    this.gateway = gateway;
    this.gatewayTls = gatewayTls;
    this.sink = sink;
  }

  /**
   * Starts everything and returns when all parts are ready.
   *
   * @param closers closes every part; a shutdown during the start closes the parts that have
   *     started
   * @throws EnvironmentException when a port is taken, the data directory cannot be used, or a part
   *     does not get ready in time
   */
  public static Standalone start(
      Options options,
      Map<String, String> environment,
      Clock clock,
      Progress progress,
      Closers closers)
      throws InterruptedException {
    DataDirectory data = options.data();
    List<Path> configFiles =
        options.demo() ? withDemo(options.configFiles(), data) : options.configFiles();
    TracetideConfig wanted = TracetideConfig.read(configFiles, environment);
    Duration timeout = wanted.standalone().startTimeout();
    closers.add("addresses", () -> forget(data));
    Addresses.delete(data.root());
    data.run();
    Addresses.pidFile(data.root()).write(ProcessHandle.current());
    ProcessorChild.endStale(data);
    EmbeddedRegistry.endStale(data);
    Placement placement = place(wanted, data, options.portOffset());
    TracetideConfig config = placement.applyTo(wanted);
    EmbeddedKafka.onHalt(() -> reportDeadBroker(data, progress));

    progress.step("starting Kafka and the schema registry, data in " + data.root());
    Platform.start(data, placement, config.topics(), timeout, progress, closers);
    ProcessorChild processor = processor(options, configFiles, placement, config, closers);
    GatewayApp gateway =
        closers.add(
            "gateway",
            GatewayApp.start(config.gateway(), config.kafka(), config.registry(), clock));
    List<ReceiverConfig> added = options.demo() ? List.of(inbox(closers, progress)) : List.of();
    SinkApp sink =
        closers.add(
            "sink",
            SinkApp.start(
                sections(config, added),
                () ->
                    sections(
                        placement.applyTo(TracetideConfig.read(configFiles, environment)), added),
                clock));

    new Readiness(config.gateway().listener().tls())
        .await("gateway", gateway.url(), timeout, () -> {});
    progress.step("gateway is ready");
    new Readiness(config.sink().listener().tls())
        .await("alert sink", sink.url(), timeout, () -> {});
    progress.step("alert sink is ready");
    TlsConfig processorTls = config.processor().listener().tls();
    String processorUrl = placement.processorUrl(processorTls.isPresent());
    processor.awaitReadiness(new Readiness(processorTls), processorUrl, timeout);
    progress.step("processor is ready");
    Addresses addresses =
        new Addresses(
            processorUrl,
            gateway.url(),
            gateway.grpcAddress(),
            placement.bootstrapServers(),
            placement.registryUrl(),
            sink.url(),
            configFiles);
    addresses.write(data.root());
    return new Standalone(closers, addresses, gateway, config.gateway().listener().tls(), sink);
  }

  private static ProcessorChild processor(
      Options options,
      List<Path> configFiles,
      Placement placement,
      TracetideConfig config,
      Closers closers) {
    return closers.add(
        "processor",
        ProcessorChild.start(
            options.data(),
            configFiles,
            placement,
            options.commandLine(),
            config.standalone().processorHeap()));
  }

  private static void forget(DataDirectory data) {
    Addresses.delete(data.root());
    Addresses.pidFile(data.root()).delete();
  }

  private static Placement place(TracetideConfig wanted, DataDirectory data, int offset) {
    int gatewayPort = port(StandalonePort.GATEWAY, wanted, offset);
    int sinkPort = port(StandalonePort.SINK, wanted, offset);
    return new Placement(
        port(StandalonePort.KAFKA, wanted, offset),
        port(StandalonePort.REGISTRY, wanted, offset),
        gatewayPort,
        port(StandalonePort.GATEWAY_GRPC, wanted, offset),
        port(StandalonePort.PROCESSOR, wanted, offset),
        sinkPort,
        data.directory("state"),
        Placement.dashboard(wanted, gatewayPort, sinkPort));
  }

  /** The port to use; throws now, before any part has started, when it is in use. */
  private static int port(StandalonePort which, TracetideConfig wanted, int offset) {
    int port = which.of(wanted, offset);
    if (port == 0) {
      return LoopbackPort.free();
    }
    LoopbackPort.requireFree(which.label(), port);
    return port;
  }

  /** Prints a message before Kafka halts this JVM because it cannot write. */
  private static void reportDeadBroker(DataDirectory data, Progress progress) {
    progress.line(
        "Kafka stopped for good; %d MiB are free in %s: free space if that is little, else see logs/standalone.log there; then start again"
            .formatted(data.root().toFile().getUsableSpace() >> 20, data.root()));
    Runtime.getRuntime().halt(ExitCodes.ENVIRONMENT);
  }

  /** The user's files over the contract of the demonstration; the user's files have precedence. */
  private static List<Path> withDemo(List<Path> configFiles, DataDirectory data) {
    List<Path> files = new ArrayList<>();
    files.add(DemoConfig.write(data.run()));
    files.addAll(configFiles);
    return files;
  }

  /** A receiver of the alert sink: an inbox of the demonstration, which prints alerts. */
  private static ReceiverConfig inbox(Closers closers, Progress progress) {
    WebhookInbox inbox = closers.add("webhook-inbox", WebhookInbox.start(progress::line));
    WebhookConfig defaults = WebhookConfig.defaults();
    return new ReceiverConfig(
        "demo-inbox",
        new WebhookConfig(
            Secret.of(inbox.url()),
            Secret.NONE,
            true,
            true,
            defaults.connectTimeout(),
            defaults.timeout()));
  }

  /** The sections of the alert sink with further receivers. */
  private static SinkSections sections(TracetideConfig config, List<ReceiverConfig> added) {
    List<ReceiverConfig> receivers = new ArrayList<>(config.sink().receivers());
    receivers.addAll(added);
    return new SinkSections(
        config.sink().withReceivers(receivers), config.kafka(), config.registry());
  }

  /** The line that scripts wait for, with the addresses. */
  public String readyLine() {
    return addresses.readyLine();
  }

  /**
   * Starts the demonstration's workload, which sends until everything is closed.
   *
   * @param token for the gateway; none if it has no tokens
   * @param seed of all random values
   * @param schedule of the incidents
   */
  public void startDemo(
      Secret token, long seed, DemoSchedule schedule, Clock clock, Progress progress) {
    Optional<SSLContext> tls =
        gatewayTls.isPresent() ? Optional.of(TlsClients.itself(gatewayTls)) : Optional.empty();
    progress.line("demo: sending a history to learn from");
    DemoWorkload workload =
        closers.add(
            "demo",
            DemoWorkload.start(
                gateway.url(),
                new Credentials(token, tls),
                seed,
                schedule,
                clock,
                line -> progress.line("demo: " + line)));
    workload
        .backfilled()
        .thenRun(() -> progress.line("demo: the history is sent, traffic is live from now on"));
  }

  /** Opens when the alert sink has failed permanently and the process should end. */
  public CountDownLatch failed() {
    return sink.failed();
  }

  /** The cause, when it is the environment of the process. */
  public Optional<EnvironmentException> failure() {
    return sink.failure();
  }
}
