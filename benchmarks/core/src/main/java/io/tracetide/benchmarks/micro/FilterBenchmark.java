package io.tracetide.benchmarks.micro;

import io.tracetide.client.TraceEmitter;
import io.tracetide.instrumentation.servlet.TraceFilter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The cost of the servlet filter for a request with a user, a session and a parent span: the
 * difference of the two benchmarks. Kafka is away, so the emitter's queue is always full.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class FilterBenchmark {

  private TraceEmitter emitter;
  private TraceFilter filter;
  private FilterChain chain;
  private HttpServletResponse response;

  @Setup
  public void start() {
    emitter =
        TraceEmitter.builder()
            .bootstrapServers("127.0.0.1:1")
            .schemaRegistry("http://127.0.0.1:1")
            .serviceName("shop")
            .build();
    filter = new TraceFilter(emitter);
    chain = (request, answer) -> request.getAttribute("anything");
    response = stub(HttpServletResponse.class, Map.of("getStatus", 200), null);
  }

  @TearDown
  public void stop() {
    emitter.close(Duration.ZERO);
  }

  /** The stub of a request alone, which a server would have made anyway. */
  @Benchmark
  public HttpServletRequest without() throws ServletException, IOException {
    HttpServletRequest request = request();
    chain.doFilter(request, response);
    return request;
  }

  /** The same through the filter. */
  @Benchmark
  public HttpServletRequest withFilter() throws ServletException, IOException {
    HttpServletRequest request = request();
    filter.doFilter(request, response, chain);
    return request;
  }

  private static HttpServletRequest request() {
    Principal ada = () -> "ada";
    HttpServletMapping mapping =
        stub(
            HttpServletMapping.class,
            Map.of("getMappingMatch", MappingMatch.PATH, "getPattern", "/orders/*"),
            null);
    return stub(
        HttpServletRequest.class,
        Map.of(
            "getMethod", "GET",
            "getRequestURI", "/orders/4711",
            "getContextPath", "",
            "getHttpServletMapping", mapping,
            "getUserPrincipal", ada,
            "getRequestedSessionId", "0F2A11C94B7D",
            "isAsyncStarted", false),
        Map.of("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  }

  /** Answers by the name of the method; attributes are kept, headers looked up. */
  private static <T> T stub(
      Class<T> type, Map<String, Object> answers, @Nullable Map<String, String> headers) {
    Map<Object, Object> attributes = new HashMap<>();
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getAttribute" -> attributes.get(arguments[0]);
              case "setAttribute" -> attributes.put(arguments[0], arguments[1]);
              case "getHeader" -> headers == null ? null : headers.get((String) arguments[0]);
              default -> answers.get(method.getName());
            };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
