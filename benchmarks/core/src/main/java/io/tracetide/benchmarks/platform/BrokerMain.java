package io.tracetide.benchmarks.platform;

import io.tracetide.standalone.broker.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A Kafka broker in its own process, so that its processor time is not counted for a variant. */
public final class BrokerMain {

  static final String READY = "ready bootstrap=";

  private BrokerMain() {}

  /**
   * Runs a broker until the process is ended; its arguments are the directory and the port, which
   * is any free one if it is not given.
   */
  public static void main(String[] args) throws InterruptedException {
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(args[0]), port, Duration.ofMinutes(1));
    Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
    System.out.println(READY + kafka.bootstrapServers());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
