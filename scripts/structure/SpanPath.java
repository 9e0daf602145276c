import com.sun.jdi.Bootstrap;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.MethodEntryEvent;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.MethodEntryRequest;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists the source files whose code runs between the HTTP body of failed spans and the alert that a
 * webhook receives. Attaches to the running roles as a debugger and records which classes of
 * Tracetide have a method entered; classes that also run without any span are listed apart.
 *
 * <p>Usage: {@code java SpanPath.java CHECKOUT GATEWAY_URL WEBHOOK_PORT DEBUG_PORT...}. A webhook
 * receiver for {@code http://127.0.0.1:WEBHOOK_PORT/} must be configured.
 */
final class SpanPath {

  private static final int IDLE_SECONDS = 20;
  private static final int MOST_SECONDS = 180;
  private static final int SPANS_OF_A_ROUND = 10;

  private final Set<String> entered = ConcurrentHashMap.newKeySet();

  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 4) {
      System.err.println("usage: java SpanPath.java CHECKOUT GATEWAY_URL WEBHOOK_PORT DEBUG_PORT...");
      System.exit(2);
    }
    Map<String, Path> sources = sources(Path.of(arguments[0]));
    SpanPath path = new SpanPath();
    CountDownLatch delivered = new CountDownLatch(1);
    HttpServer webhook =
        HttpServer.create(
            new java.net.InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[2])), 0);
    webhook.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
          delivered.countDown();
        });
    webhook.start();
    List<VirtualMachine> machines = new ArrayList<>();
    for (int i = 3; i < arguments.length; i++) {
      machines.add(path.attach(arguments[i]));
    }
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    Set<String> idle = new TreeSet<>(path.entered);
    path.entered.clear();
    boolean done = false;
    for (int i = 0; i < MOST_SECONDS && !done; i++) {
      send(URI.create(arguments[1] + "/v1/trace-events"), i);
      done = delivered.await(1, TimeUnit.SECONDS);
    }
    TimeUnit.SECONDS.sleep(1);
    Set<String> busy = new TreeSet<>(path.entered);
    for (VirtualMachine machine : machines) {
      machine.dispose();
    }
    webhook.stop(0);
    if (!done) {
      System.err.println("no alert was delivered within " + MOST_SECONDS + " s");
      System.exit(1);
    }
    Set<Path> all = files(busy, sources);
    Set<Path> also = files(idle, sources);
    Set<Path> only = new TreeSet<>(all);
    only.removeAll(also);
    only.forEach(file -> System.out.println("  " + file.getFileName()));
    print("files that run while spans become an alert", all);
    print("of these, files that do not run without spans", only);
    System.exit(0);
  }

  private static void print(String what, Set<Path> files) throws IOException {
    long lines = 0;
    for (Path file : files) {
      try (Stream<String> text = Files.lines(file)) {
        lines += text.count();
      }
    }
    System.out.printf("%-46s %8d files, %d lines%n", what, files.size(), lines);
  }

  private VirtualMachine attach(String port) throws Exception {
    AttachingConnector connector =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(candidate -> candidate.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    var settings = connector.defaultArguments();
    settings.get("hostname").setValue("127.0.0.1");
    settings.get("port").setValue(port);
    VirtualMachine machine = connector.attach(settings);
    MethodEntryRequest request = machine.eventRequestManager().createMethodEntryRequest();
    request.addClassFilter("io.tracetide.*");
    request.setSuspendPolicy(EventRequest.SUSPEND_NONE);
    request.enable();
    Thread reader = new Thread(() -> read(machine), "events-" + port);
    reader.setDaemon(true);
    reader.start();
    return machine;
  }

  private void read(VirtualMachine machine) {
    try {
      while (true) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          if (event instanceof MethodEntryEvent entry) {
            entered.add(entry.method().declaringType().name());
          }
        }
      }
    } catch (VMDisconnectedException | InterruptedException ended) {
      // The end of the measurement.
    }
  }

  private static void send(URI address, int round) throws Exception {
    String body =
        Stream.iterate(0, i -> i < SPANS_OF_A_ROUND, i -> i + 1)
            .map(
                i ->
                    "{\"type\":\"COMPLETED\",\"status\":\"FAILED\",\"traceId\":\"t"
                        + round
                        + "-"
                        + i
                        + "\",\"serviceName\":\"shop\",\"operationName\":\"POST /pay\","
                        + "\"durationMicros\":120000}")
            .collect(Collectors.joining(",", "[", "]"));
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(address)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("gateway: " + response.statusCode() + " " + response.body());
    }
  }

  private static Map<String, Path> sources(Path root) throws IOException {
    Map<String, Path> found = new HashMap<>();
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file : tree.filter(path -> path.toString().endsWith(".java")).toList()) {
        String text = file.toString().replace('\\', '/');
        int at = text.indexOf("/src/main/java/");
        if (at >= 0) {
          String name = text.substring(at + "/src/main/java/".length());
          found.put(name.replace('/', '.').replace(".java", ""), file);
        }
      }
    }
    return found;
  }

  private static Set<Path> files(Set<String> classes, Map<String, Path> sources) {
    Set<Path> files = new TreeSet<>();
    for (String name : classes) {
      Path file = sources.get(name.replaceAll("\\$.*", ""));
      if (file != null) {
        files.add(file);
      }
    }
    return files;
  }
}
