package io.tracetide.standalone.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.simple.SimpleServiceProvider;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The logging of Tracetide's processes: slf4j-simple, with limits on the loggers of the server
 * library, which log input of peers.
 */
public final class LogProvider implements SLF4JServiceProvider {

  private static final List<String> LIMITED = List.of("io.netty.", "com.linecorp.armeria.");
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final SimpleServiceProvider simple = new SimpleServiceProvider();
  private final LogLimit limit = new LogLimit(INTERVAL, System::nanoTime);
  private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();

  /** Called by SLF4J. */
  public LogProvider() {}

  /** Selects this provider; to be called before the first logger is created. */
  public static void use() {
    if (System.getProperty("slf4j.provider") == null) {
      System.setProperty("slf4j.provider", LogProvider.class.getName());
      System.setProperty("slf4j.internal.verbosity", "WARN");
    }
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return this::logger;
  }

  private Logger logger(String name) {
    return loggers.computeIfAbsent(name, this::create);
  }

  private Logger create(String name) {
    Logger plain = simple.getLoggerFactory().getLogger(name);
    return LIMITED.stream().anyMatch(name::startsWith) ? new LimitedLogger(plain, limit) : plain;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return simple.getMarkerFactory();
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return simple.getMDCAdapter();
  }

  @Override
  public String getRequestedApiVersion() {
    return simple.getRequestedApiVersion();
  }

  @Override
  public void initialize() {
    simple.initialize();
  }
}
