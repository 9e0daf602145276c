package io.tracetide.standalone.check.alert;

import io.tracetide.alert.contract.LabelFingerprint;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.check.alert.Post.Episode;
import io.tracetide.standalone.check.alert.SinkApi.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Memory of an instance that holds many alerts, and the times of its API. */
final class MemoryCheck {
  private static final String RECEIVER = "all";
  private static final int TENANTS = 4;
  private static final int PER_SERVICE = 100;
  private static final int CLIENTS = 8;
  private static final int CALLS = 100;
  private static final Duration END = Duration.ofMinutes(5);

  private final AlertRig rig;
  private final int alerts;
  private final Random random;
  private final Consumer<String> progress;
  private final SinkApi api;

  private MemoryCheck(AlertRig rig, CheckSettings settings, Consumer<String> progress) {
    this.rig = rig;
    this.alerts = settings.held();
    this.random = new Random(settings.seed());
    this.progress = progress;
    this.api = rig.api();
  }

  /** Runs the check on a broker without records. */
  static List<Property> run(AlertRig rig, CheckSettings settings, Consumer<String> progress)
      throws InterruptedException {
    rig.startSinks(1, yaml(rig), AlertRig.Use.MEASURED);
    return new MemoryCheck(rig, settings, progress).run();
  }

  private static String yaml(AlertRig rig) {
    return """
    receivers:
      - %s
    route: {receiver: all, groupBy: [tenant, service], groupWait: 10s, repeatInterval: 1d}
    """
        .formatted(rig.receiver(RECEIVER));
  }

  private SinkProcess sink() {
    return rig.sinks().get(0);
  }

  private List<Property> run() throws InterruptedException {
    Memory before = memory();
    long started = System.nanoTime();
    send();
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    awaitHeld();
    Memory after = memory();
    Delays whole = new Delays();
    long bytes = 0;
    for (int i = 0; i < 3; i++) {
      long asked = System.nanoTime();
      bytes = api.get(sink(), "/api/v2/alerts").map(list -> list.size()).orElse(-1);
      whole.add(Duration.ofNanos(System.nanoTime() - asked));
    }
    return List.of(
        Property.measured(
            "memory",
            "%d alerts in %d groups, accepted in %d s (%.0f/s); before: %s; with: %s",
            alerts,
            alerts / PER_SERVICE,
            took.toSeconds(),
            alerts * 1e3 / took.toMillis(),
            before,
            after),
        calls("GET /api/v2/alerts?filter=service", this::filtered),
        calls(
            "GET /api/v2/alerts/groups?filter=service", i -> filtered(i).replace("?", "/groups?")),
        calls("GET explain", this::explained),
        Property.that("GET /api/v2/alerts of all", bytes == alerts, "%d alerts, %s", bytes, whole));
  }

  /** Posts the alerts of one service after the other, several at the same time. */
  private void send() throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    Clients.run(
        "client",
        CLIENTS,
        client -> {
          int i;
          while ((i = next.getAndAdd(PER_SERVICE)) < alerts) {
            int unused = api.post(origin(i), episodes(i), true, new Random(i));
            progress.accept("%d of %d alerts".formatted(i + PER_SERVICE, alerts));
          }
        });
  }

  private static Origin origin(int alert) {
    int service = alert / PER_SERVICE;
    return new Origin("t" + service % TENANTS, "s" + service);
  }

  private List<Episode> episodes(int first) {
    List<Episode> episodes = new ArrayList<>();
    for (int i = first; i < Math.min(alerts, first + PER_SERVICE); i++) {
      episodes.add(Episode.now("o" + i));
    }
    return episodes;
  }

  /** Waits until the alerts of the last service are listed. */
  private void awaitHeld() throws InterruptedException {
    long end = System.nanoTime() + END.toNanos();
    String path = "/api/v2/alerts?filter=" + "operation%3D%22o" + (alerts - 1) + "%22";
    while (api.get(sink(), path).filter(list -> list.size() == 1).isEmpty()) {
      if (System.nanoTime() > end) {
        throw new EnvironmentException("the alerts are not held after " + END.toSeconds() + " s");
      }
      TimeUnit.SECONDS.sleep(1);
    }
    // The first notifications of the groups.
    TimeUnit.SECONDS.sleep(15);
  }

  private String filtered(int call) {
    String service = origin(random.nextInt(alerts)).service();
    return "/api/v2/alerts?filter=service%3D%22" + service + "%22";
  }

  private String explained(int call) {
    int alert = random.nextInt(alerts);
    String fingerprint =
        LabelFingerprint.of(
            Map.of(
                "alertname",
                "Load",
                "severity",
                "high",
                "tenant",
                origin(alert).tenant(),
                "service",
                origin(alert).service(),
                "operation",
                "o" + alert));
    return "/api/v2/alerts/" + fingerprint + "/explain";
  }

  /** Supplies the path of a call. */
  private interface Paths {
    String of(int call);
  }

  private Property calls(String name, Paths paths) throws InterruptedException {
    Delays latencies = new Delays();
    int failed = 0;
    for (int i = 0; i < CALLS; i++) {
      String path = paths.of(i);
      long asked = System.nanoTime();
      failed += api.get(sink(), path).filter(answer -> !answer.isEmpty()).isPresent() ? 0 : 1;
      latencies.add(Duration.ofNanos(System.nanoTime() - asked));
    }
    return Property.that(name, failed == 0, "%s; %d failed", latencies, failed);
  }

  /** Heap after a collection, and resident memory. */
  private record Memory(long heapBytes, long residentBytes) {
    @Override
    public String toString() {
      return "heap %d MiB, resident %d MiB".formatted(heapBytes >> 20, residentBytes >> 20);
    }
  }

  private Memory memory() throws InterruptedException {
    long pid = sink().pid();
    try {
      return new Memory(heap(pid), resident(pid));
    } catch (IOException | NumberFormatException e) {
      throw new EnvironmentException("memory of process " + pid + " cannot be read: " + e, e);
    }
  }

  /** The bytes of live objects: the last line of the histogram, which collects garbage before. */
  private static long heap(long pid) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String out = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    jcmd.waitFor();
    String[] total = out.substring(Math.max(0, out.lastIndexOf("Total"))).strip().split("\\s+", -1);
    return Long.parseLong(total[total.length - 1]);
  }

  private static long resident(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return 0;
  }
}
