package io.tracetide.standalone.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.config.TracetideConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressesTest {
  private static final Addresses ADDRESSES =
      new Addresses(
          "https://127.0.0.1:8081",
          "http://127.0.0.1:4319",
          "127.0.0.1:4320",
          "127.0.0.1:9093",
          "http://127.0.0.1:8082/apis/ccompat/v7",
          "http://127.0.0.1:9094",
          List.of(Path.of("/etc/demo.yaml"), Path.of("/etc/own.yaml")));

  @TempDir Path data;

  @BeforeEach
  void makeDirectory() throws Exception {
    Files.createDirectory(data.resolve("run"));
  }

  @Test
  void shouldBeFoundWhileTheProcessRunsAndByItsOwnerAlone() throws Exception {
    Addresses.pidFile(data).write(ProcessHandle.current());
    ADDRESSES.write(data);
    ADDRESSES.write(data);

    assertThat(Addresses.of(data)).isEqualTo(ADDRESSES);
    assertThat(Addresses.find(data)).contains(ADDRESSES);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("run/addresses.json"))))
        .isEqualTo("rw-------");
    assertThat(data.resolve("run")).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void shouldLayTheConfigurationOfTheStandaloneUnderThatOfTheTool() throws Exception {
    Path own =
        Files.writeString(
            data.resolve("own.yaml"), "topics: {partitions: 7, replicationFactor: 1}");
    Path further = Files.writeString(data.resolve("further.yaml"), "topics: {partitions: 9}");
    Addresses started = new Addresses("d", "h", "g", "127.0.0.1:7", "http://r", "a", List.of(own));
    Addresses.pidFile(data).write(ProcessHandle.current());
    started.write(data);

    Addresses found = Addresses.of(data);

    assertThat(found.configUnder(List.of(), Map.of()).topics().partitions()).isEqualTo(7);
    assertThat(found.configUnder(List.of(further), Map.of()).topics().partitions()).isEqualTo(9);
    assertThat(found.configUnder(List.of(), Map.of()).kafka().bootstrapServers())
        .isEqualTo("127.0.0.1:7");
  }

  @Test
  void shouldSayThatTheOneThatLeftThemHasEnded() throws Exception {
    ADDRESSES.write(data);
    Files.writeString(data.resolve("run/standalone.pid"), "1\n2020-01-01T00:00:00Z\n");

    assertThatThrownBy(() -> Addresses.of(data))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("has ended")
        .hasMessageContaining("addresses.json");
    assertThat(Addresses.find(data)).isEmpty();
  }

  @Test
  void shouldSayThatItIsNotReadyYetOrDamaged() throws Exception {
    Addresses.pidFile(data).write(ProcessHandle.current());

    assertThatThrownBy(() -> Addresses.of(data)).hasMessageContaining("not ready yet");
    for (String text : new String[] {"", "[", "null", "{}", "{\"dashboard\": 7}"}) {
      Files.writeString(data.resolve("run/addresses.json"), text);
      assertThatThrownBy(() -> Addresses.of(data))
          .as(text)
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("cannot be read");
    }
  }

  @Test
  void shouldOverlayWhatTheConfigurationNames() {
    TracetideConfig config = ADDRESSES.applyTo(TracetideConfig.defaults());

    assertThat(config.kafka().bootstrapServers()).isEqualTo("127.0.0.1:9093");
    assertThat(config.registry().url()).isEqualTo("http://127.0.0.1:8082/apis/ccompat/v7");
    assertThat(config.topics()).isEqualTo(TracetideConfig.defaults().topics());
  }

  @Test
  void shouldStandInTheLineThatScriptsWaitFor() {
    assertThat(ADDRESSES.readyLine())
        .isEqualTo(
            "READY dashboard=https://127.0.0.1:8081 otlp-http=http://127.0.0.1:4319"
                + " otlp-grpc=127.0.0.1:4320 kafka=127.0.0.1:9093"
                + " registry=http://127.0.0.1:8082/apis/ccompat/v7 alerts=http://127.0.0.1:9094");
  }
}
