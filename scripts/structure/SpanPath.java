import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jacoco.core.data.ExecutionData;
import org.jacoco.core.runtime.RemoteControlReader;
import org.jacoco.core.runtime.RemoteControlWriter;

/**
 * Lists the source files whose code runs between the HTTP body of failed spans and the alert that a
 * webhook receives. The JaCoCo agents of the roles connect to AGENT_PORT and report which classes
 * ran; classes that also run without any span are counted apart.
 *
 * <p>Usage: {@code java -cp JACOCO SpanPath.java CHECKOUT AGENT_PORT GATEWAY_URL_FILE WEBHOOK_PORT}.
 * It starts to measure when GATEWAY_URL_FILE exists, which contains the gateway's address. A webhook
 * receiver for {@code http://127.0.0.1:WEBHOOK_PORT/} must be configured.
 */
final class SpanPath {

  private static final int IDLE_SECONDS = 30;
  private static final int MOST_SECONDS = 180;
  private static final int SPANS_OF_A_ROUND = 10;

  private final List<Agent> agents = new CopyOnWriteArrayList<>();

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 4) {
      System.err.println(
          "usage: java -cp JACOCO SpanPath.java CHECKOUT AGENT_PORT GATEWAY_URL_FILE WEBHOOK_PORT");
      System.exit(2);
    }
    Map<String, Path> sources = sources(Path.of(arguments[0]));
    SpanPath path = new SpanPath();
    path.acceptAgents(Integer.parseInt(arguments[1]));
    CountDownLatch delivered = new CountDownLatch(1);
    HttpServer webhook =
        HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[3])), 0);
    webhook.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
          delivered.countDown();
        });
    webhook.start();
    Path gatewayFile = Path.of(arguments[2]);
    while (!Files.exists(gatewayFile)) {
      TimeUnit.SECONDS.sleep(1);
    }
    URI gateway = URI.create(Files.readString(gatewayFile).strip() + "/v1/trace-events");
    path.executed();
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    Set<String> idle = path.executed();
    boolean done = false;
    for (int i = 0; i < MOST_SECONDS && !done; i++) {
      send(gateway, i);
      done = delivered.await(1, TimeUnit.SECONDS);
    }
    TimeUnit.SECONDS.sleep(1);
    Set<String> busy = path.executed();
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

  private void acceptAgents(int port) throws IOException {
    ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              while (true) {
                try {
                  agents.add(new Agent(server.accept()));
                } catch (IOException e) {
                  // A connection that no agent made, such as the check that the port is open.
                }
              }
            },
            "agents");
    thread.setDaemon(true);
    thread.start();
  }

  /** The names of Tracetide's classes that ran since the call before. */
  private Set<String> executed() {
    Set<String> names = new TreeSet<>();
    for (Agent agent : agents) {
      try {
        names.addAll(agent.executed());
      } catch (IOException e) {
        // A process that has ended, such as a check of the configuration at start.
        agents.remove(agent);
      }
    }
    return names;
  }

  /** The connection of one JVM's JaCoCo agent. */
  private static final class Agent {

    private final RemoteControlWriter writer;
    private final RemoteControlReader reader;
    private final Set<String> names = new TreeSet<>();

    Agent(Socket socket) throws IOException {
      writer = new RemoteControlWriter(socket.getOutputStream());
      reader = new RemoteControlReader(socket.getInputStream());
      reader.setSessionInfoVisitor(info -> {});
      reader.setExecutionDataVisitor(this::add);
    }

    private void add(ExecutionData data) {
      if (data.hasHits() && data.getName().startsWith("io/tracetide/")) {
        names.add(data.getName().replace('/', '.'));
      }
    }

    Set<String> executed() throws IOException {
      names.clear();
      writer.visitDumpCommand(true, true);
      if (!reader.read()) {
        throw new IOException("the agent has ended its connection");
      }
      return Set.copyOf(names);
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
