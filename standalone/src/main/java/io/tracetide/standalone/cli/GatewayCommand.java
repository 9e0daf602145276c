package io.tracetide.standalone.cli;

import io.tracetide.gateway.GatewayApp;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.UntilSignal;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the gateway. */
@Command(
    name = "gateway",
    description = "Runs the gateway: receives traces over HTTP and writes them to Kafka.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class GatewayCommand implements Callable<Integer> {
  @Mixin private ConfigOption config;

  @Override
  public Integer call() throws InterruptedException {
    TracetideConfig c = config.read();
    UntilSignal process = new UntilSignal();
    GatewayApp app =
        process
            .closers()
            .add(
                "gateway",
                GatewayApp.start(c.gateway(), c.kafka(), c.registry(), Clock.systemUTC()));
    System.out.println("LISTENING " + app.url());
    process.await();
    return 0;
  }
}
